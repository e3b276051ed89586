using System.Text.Json.Nodes;
using Dataplane.TestKit;
using Xunit;

namespace Dataplane.Conformance.Tests;

/// <summary>A node whose plugins are exchanged while containers run: some are attached by the reference, by one of iptables' two backends, and ours comes after it.</summary>
internal sealed class SwitchedNode : IDisposable
{
    private readonly string _backend;
    private readonly Dictionary<string, string> _environment;

    public SwitchedNode(string backend)
    {
        _backend = backend;
        Reference = new PluginRunner(Bed.Host, ReferencePlugins.Directory);
        Ours = new PluginRunner(Bed.Host, OurPlugins.Directory);
        // The reference runs whatever is called iptables.
        string bin = Directory.CreateDirectory(Path.Combine(Bed.Scratch, "bin")).FullName;
        foreach (string tool in (string[])["iptables", "ip6tables"])
        {
            File.CreateSymbolicLink(Path.Combine(bin, tool), $"/usr/sbin/xtables-{backend}-multi");
        }
        _environment = new Dictionary<string, string> { ["PATH"] = bin };
    }

    public NodeBed Bed { get; } = new(instantDad: true);

    public PluginRunner Reference { get; }

    public PluginRunner Ours { get; }

    /// <summary>A chain of a main plugin and, where ports are given, portmap.</summary>
    public PluginResult Add(PluginRunner by, Container container)
    {
        PluginResult main = Run(by, "ADD", container.Plugin, container, Main(container)).OrThrow();
        return container.Ports.Length == 0 ? main : Run(by, "ADD", "portmap", container, PortMap(container, main)).OrThrow();
    }

    /// <summary>The chain backwards, as a runtime deletes.</summary>
    public void Del(PluginRunner by, Container container)
    {
        if (container.Ports.Length > 0)
        {
            Run(by, "DEL", "portmap", container, PortMap(container, null)).OrThrow();
        }
        Run(by, "DEL", container.Plugin, container, Main(container)).OrThrow();
    }

    /// <summary>
    /// The chain backwards by the reference, of a container that ours attached. Its iptables has no masquerade chain to remove and says so as
    /// an error, once: the runtime's second DEL finds nothing to remove.
    /// </summary>
    public void DelOfOurs(Container container)
    {
        if (container.Ports.Length > 0)
        {
            Run(Reference, "DEL", "portmap", container, PortMap(container, null)).OrThrow();
        }
        PluginResult first = Run(Reference, "DEL", container.Plugin, container, Main(container));
        if (!first.Succeeded)
        {
            Assert.True(container.Masquerade, first.ToString());
            Assert.Contains("does not exist", first.ErrorMessage, StringComparison.Ordinal);
            Run(Reference, "DEL", container.Plugin, container, Main(container)).OrThrow();
        }
    }

    /// <summary>GC by ours, of a network without any valid attachment.</summary>
    public void Collect(string plugin)
    {
        var nobody = new Container(plugin, "", true, [], null);
        foreach ((string name, string config) in ((string, string)[])[("portmap", PortMap(nobody, null)), (plugin, Main(nobody))])
        {
            JsonNode complete = JsonNode.Parse(config)!;
            complete["cniVersion"] = "1.1.0";
            complete["cni.dev/valid-attachments"] = new JsonArray();
            Ours.Run(new PluginCall(name, "GC", complete.ToJsonString())).OrThrow();
        }
    }

    /// <summary>One call under strace, which notes what it starts and what netfilter sockets it opens.</summary>
    public string[] Traced(string command, Container container)
    {
        string file = Path.Combine(Bed.Scratch, "strace");
        var environment = new Dictionary<string, string>
        {
            ["CNI_COMMAND"] = command,
            ["CNI_CONTAINERID"] = container.Id,
            ["CNI_NETNS"] = container.Pod!.Path,
            ["CNI_IFNAME"] = "eth0",
            ["CNI_PATH"] = OurPlugins.Directory,
        };
        Tool.Run("/usr/bin/nsenter",
            [$"--net={Bed.Host.Path}", "/usr/bin/strace", "-f", "-o", file, "-e", "trace=execve,socket,getsockopt", Path.Combine(OurPlugins.Directory, container.Plugin)],
            environment, System.Text.Encoding.UTF8.GetBytes(Main(container))).OrThrow();
        return File.ReadAllLines(file);
    }

    public void Iptables(string rule) => Bed.Host.Exec($"/usr/sbin/iptables-{_backend}", ["-w", "-t", "nat", .. rule.Split(' ')]).OrThrow();

    /// <summary>Chains and rules of both families' nat tables, without what they counted.</summary>
    public string[] Rules() =>
    [
        .. ((string[])["ip", "ip6"]).SelectMany(ip => Bed.Host.Exec($"/usr/sbin/{ip}tables-{_backend}-save", "-t", "nat").OrThrow().StdoutText
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(static line => !line.StartsWith('#')).Select(static line => line.StartsWith(':') ? line.Split(' ')[0] : line)),
    ];

    public void Dispose() => Bed.Dispose();

    public Container New(string plugin, string id, bool masquerade, params int[] ports) => new(plugin, id, masquerade, ports, Bed.AddPod());

    private PluginResult Run(PluginRunner by, string command, string plugin, Container container, string config) => by.Run(new PluginCall(plugin, command, config)
    {
        ContainerId = container.Id,
        Netns = container.Pod?.Path,
        IfName = "eth0",
        Extra = by == Reference ? _environment : new Dictionary<string, string>(),
    });

    private string Main(Container container) => $$"""
        {"cniVersion": "1.0.0", "name": "net1", "type": "{{container.Plugin}}"{{(container.Plugin == "bridge" ? ", \"bridge\": \"br0\", \"isGateway\": true" : "")}}, "ipMasq": {{(container.Masquerade ? "true" : "false")}},
         "ipam": {"type": "host-local", "dataDir": "{{Bed.DataDirectory}}", "ranges": [[{"subnet": "10.1.2.0/24"}], [{"subnet": "2001:db8:1::/64"}]]} }
        """;

    private static string PortMap(Container container, PluginResult? main)
    {
        JsonNode config = JsonNode.Parse("""{"cniVersion": "1.0.0", "name": "net1", "type": "portmap", "runtimeConfig": {}}""")!;
        config["runtimeConfig"]!["portMappings"] = new JsonArray([.. container.Ports.Select(static port =>
            new JsonObject { ["hostPort"] = port, ["containerPort"] = 80, ["protocol"] = "tcp" })]);
        if (main is not null)
        {
            config["prevResult"] = JsonNode.Parse(main.Stdout);
        }
        return config.ToJsonString();
    }

    /// <summary>What a runtime knows of a container.</summary>
    internal sealed record Container(string Plugin, string Id, bool Masquerade, int[] Ports, TestNamespace? Pod);
}
