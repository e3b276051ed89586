using System.Buffers.Binary;
using System.Net;
using System.Text.Json.Nodes;
using Dataplane.Abi;
using Dataplane.Bpf;
using Dataplane.TestKit;

namespace Dataplane.Engine.Tests.HostPorts;

/// <summary>A node on which containers get host ports; its maps are read in this process.</summary>
internal sealed class PortmapBed : IDisposable
{
    private readonly PluginRunner _foreign;

    public PortmapBed(int pods = 2)
    {
        Node = new NodeBed(pods);
        Plugins = new PluginRunner(Node.Host, OurPlugins.Directory);
        _foreign = new PluginRunner(Node.Host, ReferencePlugins.Directory);
    }

    public NodeBed Node { get; }

    public PluginRunner Plugins { get; }

    public string Record(string id) => Path.Combine(Node.RunDirectory, "portmap", $"{id}:eth0");

    /// <summary>A container on a bridge; the result of its ADD.</summary>
    public string Attach(string id, int pod, bool foreign = false) => Runner(foreign).Add("bridge", Bridge, id, Node.Pods[pod]).OrThrow().StdoutText;

    public void Detach(string id, int? pod, bool foreign = false) => Runner(foreign).Del("bridge", Bridge, id, pod is { } p ? Node.Pods[p] : null).OrThrow();

    /// <summary>ADD of portmap alone.</summary>
    public PluginResult Map(string id, int pod, string previous, params string[] mappings) => Plugins.Add("portmap", Config(previous, mappings), id, Node.Pods[pod]);

    public PluginResult MapWith(string fields, string id, int pod, string previous, params string[] mappings) =>
        Plugins.Add("portmap", Config(previous, mappings, fields), id, Node.Pods[pod]);

    /// <summary>The same by the reference, which finds iptables in PATH.</summary>
    public PluginResult MapByTheReference(string id, int pod, string previous, params string[] mappings) => _foreign.Run(
        new PluginCall("portmap", "ADD", Config(previous, mappings).Replace("\"cniVersion\":\"1.1.0\"", "\"cniVersion\":\"1.0.0\"", StringComparison.Ordinal))
        {
            ContainerId = id, Netns = Node.Pods[pod].Path, IfName = "eth0", Extra = new Dictionary<string, string> { ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin" },
        });

    public PluginResult Check(string id, int pod, string previous, params string[] mappings) => Plugins.Check("portmap", Config(previous, mappings), id, Node.Pods[pod]);

    /// <summary>DEL that knows nothing but the container.</summary>
    public PluginResult Unmap(string id) => Plugins.Del("portmap", Config(null, []), id, null);

    public PluginResult Collect(params string[] valid)
    {
        JsonObject config = JsonNode.Parse(Config(null, []))!.AsObject();
        config["cni.dev/valid-attachments"] = new JsonArray([.. valid.Select(static id => new JsonObject { ["containerID"] = id, ["ifname"] = "eth0" })]);
        return Plugins.Run(new PluginCall("portmap", "GC", config.ToJsonString()));
    }

    public static string Config(string? previous, string[] mappings, string fields = "")
    {
        JsonObject config = JsonNode.Parse($$"""{"cniVersion": "1.1.0", "name": "net1", "type": "portmap"{{(fields.Length > 0 ? "," : "")}}{{fields}}}""")!.AsObject();
        if (mappings.Length > 0)
        {
            config["runtimeConfig"] = new JsonObject { ["portMappings"] = new JsonArray([.. mappings.Select(Mapping)]) };
        }

        if (previous is not null)
        {
            JsonNode result = JsonNode.Parse(previous)!;
            result["cniVersion"] = "1.1.0";
            config["prevResult"] = result;
        }

        return config.ToJsonString();
    }

    /// <summary>"[HOSTIP ]8080:80/tcp".</summary>
    private static JsonObject Mapping(string text)
    {
        string[] words = text.Split(' ');
        string[] parts = words[^1].Split(':', '/');
        var mapping = new JsonObject { ["hostPort"] = int.Parse(parts[0]), ["containerPort"] = int.Parse(parts[1]), ["protocol"] = parts[2] };
        if (words.Length > 1)
        {
            mapping["hostIP"] = words[0];
        }

        return mapping;
    }

    /// <summary>The rows as "ADDRESS 8080/6 -> ADDRESS 80", in order.</summary>
    public List<string> Rows() => [.. Entries().Select(static row => $"{Text(row.Key.Address)} {Port(row.Key.Port)}/{row.Key.Protocol} -> {Text(row.Value.Address)} {Port(row.Value.Port)}").Order(StringComparer.Ordinal)];

    public List<(HostPortKey Key, HostPortRow Value)> Entries()
    {
        using NodePrograms? programs = NodePrograms.TryOpenAnyBuild(Node.Cookie);
        return programs?.HostPorts.Entries() ?? [];
    }

    public NodeRow Row()
    {
        using NodePrograms programs = NodePrograms.TryOpenAnyBuild(Node.Cookie)!;
        return programs.Row;
    }

    public List<(uint IfIndex, Endpoint Row)> Endpoints()
    {
        using NodePrograms? programs = NodePrograms.TryOpenAnyBuild(Node.Cookie);
        return programs?.Endpoints.Entries() ?? [];
    }

    public void Change(Action<NodePrograms> change)
    {
        using NodePrograms programs = NodePrograms.TryOpenAnyBuild(Node.Cookie)!;
        change(programs);
    }

    public void Dispose() => Node.Dispose();

    /// <summary>The bridge network's configuration, for ours and the reference's plugin.</summary>
    public string Bridge => $$"""
        {"cniVersion":"1.0.0","name":"net1","type":"bridge","bridge":"br0","isGateway":true,
         "ipam":{"type":"host-local","dataDir":"{{Node.DataDirectory}}","ranges":[[{"subnet":"10.1.2.0/24"}],[{"subnet":"fd00:1::/64"}]]} }
        """;

    private PluginRunner Runner(bool foreign) => foreign ? _foreign : Plugins;

    private static string Text(in Bytes16 address)
    {
        ReadOnlySpan<byte> bytes = address;
        var parsed = new IPAddress(bytes);
        return (parsed.IsIPv4MappedToIPv6 ? parsed.MapToIPv4() : parsed).ToString();
    }

    private static int Port(ushort port) => BinaryPrimitives.ReverseEndianness(port);
}
