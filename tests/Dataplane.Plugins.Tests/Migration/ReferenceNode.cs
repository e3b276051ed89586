using System.Net;
using System.Text.Json.Nodes;
using Dataplane.Cni;
using Dataplane.Engine;
using Dataplane.TestKit;

namespace Dataplane.Plugins.Tests.Migration;

/// <summary>A node whose containers the reference plugins attached, by one of iptables' two backends.</summary>
internal sealed class ReferenceNode : IDisposable
{
    private readonly PluginRunner _reference;
    private readonly Dictionary<string, string> _environment;
    private readonly string _suffix;

    public ReferenceNode(bool legacy)
    {
        _suffix = legacy ? "legacy" : "nft";
        Bed = new NodeBed(instantDad: true);
        _reference = new PluginRunner(Bed.Host, ReferencePlugins.Directory);
        // The reference runs what is called iptables: the backend of these links.
        string bin = Directory.CreateDirectory(Path.Combine(Bed.Scratch, "bin")).FullName;
        foreach (string tool in (string[])["iptables", "ip6tables"])
        {
            File.CreateSymbolicLink(Path.Combine(bin, tool), $"/usr/sbin/xtables-{_suffix}-multi");
        }

        _environment = new Dictionary<string, string> { ["PATH"] = bin };
    }

    public NodeBed Bed { get; }

    public Lines Log { get; } = new();

    /// <summary>Attaches a container, and maps ports to it, by the reference.</summary>
    public void Attach(string plugin, string id, bool masquerade, params int[] ports)
    {
        TestNamespace pod = Bed.AddPod();
        PluginResult added = _reference.Run(new PluginCall(plugin, "ADD", Config(plugin, masquerade))
        {
            ContainerId = id, Netns = pod.Path, IfName = "eth0", Extra = _environment,
        }).OrThrow();
        if (ports.Length > 0)
        {
            JsonNode config = JsonNode.Parse("""{"cniVersion": "0.4.0", "name": "net1", "type": "portmap", "runtimeConfig": {}}""")!;
            config["prevResult"] = JsonNode.Parse(added.Stdout);
            config["runtimeConfig"]!["portMappings"] = new JsonArray([.. ports.SelectMany(port => (JsonNode[])
            [
                new JsonObject { ["hostPort"] = port, ["containerPort"] = 80, ["protocol"] = "tcp" },
                new JsonObject { ["hostPort"] = port, ["containerPort"] = 53, ["protocol"] = "udp", ["hostIP"] = "127.0.0.1" },
            ])]);
            _reference.Run(new PluginCall("portmap", "ADD", config.ToJsonString())
            {
                ContainerId = id, Netns = pod.Path, IfName = "eth0", Extra = _environment,
            }).OrThrow();
        }
    }

    /// <summary>Lets a container that is attached pass FORWARD, by the reference's firewall; says which addresses it has.</summary>
    public IPAddress[] Allow(string id, string fields = "")
    {
        TestNamespace pod = Bed.AddPod();
        PluginResult added = _reference.Run(new PluginCall("bridge", "ADD", Config("bridge", masquerade: false)) { ContainerId = id, Netns = pod.Path, IfName = "eth0", Extra = _environment }).OrThrow();
        JsonNode config = JsonNode.Parse($$"""{"cniVersion": "0.4.0", "name": "net1", "type": "firewall", "backend": "iptables"{{fields}}}""")!;
        config["prevResult"] = JsonNode.Parse(added.Stdout);
        _reference.Run(new PluginCall("firewall", "ADD", config.ToJsonString()) { ContainerId = id, Netns = pod.Path, IfName = "eth0", Extra = _environment }).OrThrow();
        return [added.Address(), added.Address(v6: true)];
    }

    /// <summary>What our firewall does at ADD or DEL of a container with these addresses.</summary>
    public void RemoveFirewall(IPAddress[] addresses, CniCommand command = CniCommand.Del) =>
        Bed.Host.Run(() => ReferenceLeftovers.RemoveFirewall(Request("c1", command), addresses, Log));

    /// <summary>Every chain and rule of the filter tables, as iptables prints them.</summary>
    public string[] Filters() => [.. Save("ip", "filter"), .. Save("ip6", "filter")];

    /// <summary>What our bridge or ptp does at ADD or DEL of that container.</summary>
    public void RemoveMasquerade(string id, CniCommand command = CniCommand.Del) => Bed.Host.Run(() => ReferenceLeftovers.RemoveMasquerade(Request(id, command), Log));

    /// <summary>What our portmap does at ADD or DEL of that container.</summary>
    public void RemovePortMappings(string id, CniCommand command = CniCommand.Del) => Bed.Host.Run(() => ReferenceLeftovers.RemovePortMappings(Request(id, command), Log));

    /// <summary>A rule of somebody else, as iptables takes it; both families when it names no address.</summary>
    public void Iptables(string rule, bool v6 = false, string table = "nat") =>
        Bed.Host.Exec($"/usr/sbin/ip{(v6 ? "6" : "")}tables-{_suffix}", ["-w", "-t", table, .. rule.Split(' ')]).OrThrow();

    /// <summary>Every chain and rule of the nat tables, as iptables prints them.</summary>
    public string[] Rules() => [.. Save("ip"), .. Save("ip6")];

    public string[] Nft() => Bed.Host.Exec("nft", "list", "ruleset").OrThrow().StdoutText.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public void Dispose() => Bed.Dispose();

    public static CniRequest Request(string id, CniCommand command) => new()
    {
        Command = command,
        ContainerId = id,
        IfName = "eth0",
        Config = NetworkConfig.Parse("""{"cniVersion": "1.0.0", "name": "net1", "type": "bridge"}"""u8),
    };

    private string Config(string plugin, bool masquerade) => $$"""
        {"cniVersion": "0.4.0", "name": "net1", "type": "{{plugin}}", "bridge": "br0", "isGateway": {{(plugin == "bridge" ? "true" : "false")}}, "ipMasq": {{(masquerade ? "true" : "false")}},
         "ipam": {"type": "host-local", "dataDir": "{{Bed.DataDirectory}}", "ranges": [[{"subnet": "10.1.2.0/24"}], [{"subnet": "2001:db8:1::/64"}]]} }
        """;

    private IEnumerable<string> Save(string ip, string table = "nat") => Bed.Host.Exec($"/usr/sbin/{ip}tables-{_suffix}-save", "-t", table).OrThrow().StdoutText
        .Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => !l.StartsWith('#')).Select(l => l.StartsWith(':') ? l.Split(' ')[0] : l);

    /// <summary>What was logged.</summary>
    internal sealed class Lines : ILog
    {
        public List<string> Info { get; } = [];

        public List<string> Warn { get; } = [];

        void ILog.Debug(string line)
        {
        }

        void ILog.Info(string line) => Info.Add(line);

        void ILog.Warn(string line) => Warn.Add(line);
    }
}
