using System.Text.Json;
using Dataplane.Benchmarks.Native;
using Dataplane.Benchmarks.Reporting;

namespace Dataplane.Benchmarks.Beds;

/// <summary>What a runtime does for one container of a chain: each plugin's result handed on to the next; and back.</summary>
internal sealed class Chain
{
    private const string Limits = """
        "ingressRate": 100000000, "ingressBurst": 500000, "egressRate": 100000000, "egressBurst": 500000
        """;

    private readonly Bed _bed;
    private readonly string _network;
    private readonly string _mappings;
    private readonly (Child Add, Child Del) _main;
    private readonly (Child Add, Child Del)? _portmap, _bandwidth;

    /// <param name="bed">The node.</param>
    /// <param name="kind">The plugins.</param>
    /// <param name="container">CNI_CONTAINERID.</param>
    /// <param name="netns">The container's namespace.</param>
    /// <param name="ifname">CNI_IFNAME.</param>
    /// <param name="mappings">Ports of the node, which lead to the same ports of the container.</param>
    public Chain(Bed bed, ChainKind kind, string container, string netns, string ifname, params (int Port, string Protocol)[] mappings)
    {
        _bed = bed;
        _network = kind.Network;
        _mappings = string.Join(", ", mappings.Select(m => $$"""{"hostPort": {{m.Port}}, "containerPort": {{m.Port}}, "protocol": "{{m.Protocol}}"}"""));
        string dataplane = bed.Side == Side.OursStack ? "\"dataplane\": {\"fastPath\": \"off\"}, " : string.Empty;
        string bridge = kind.Type == "bridge" ? $"\"bridge\": \"{kind.Network}\", \"isGateway\": true, " : string.Empty;
        string ranges = string.Join(", ", kind.Subnets.Select(s => $$"""[{"subnet": "{{s}}"}]"""));
        string routes = string.Join(", ", kind.Subnets.Select(s => s.Contains(':', StringComparison.Ordinal) ? """{"dst": "::/0"}""" : """{"dst": "0.0.0.0/0"}"""));
        bool isOne = kind.IsOnePlugin && !bed.IsReference;
        string others = isOne ? $$$"""{{{Limits}}}, "runtimeConfig": {"portMappings": [{{{_mappings}}}]}, """ : string.Empty;
        string main = $$$"""
            {"cniVersion": "1.0.0", "name": "{{{kind.Network}}}", "type": "{{{(isOne ? "dataplane" : kind.Type)}}}", {{{dataplane}}}{{{bridge}}}{{{others}}}"ipMasq": {{{(kind.Masquerade ? "true" : "false")}}},
             "ipam": {"type": "host-local", "dataDir": "{{{bed.Leases}}}", "ranges": [{{{ranges}}}], "routes": [{{{routes}}}]}}
            """;
        _main = Calls(isOne ? "dataplane" : kind.Type, main);
        _portmap = kind.Portmap && !isOne ? Calls("portmap", string.Empty) : null;
        _bandwidth = kind.Bandwidth && !isOne ? Calls("bandwidth", string.Empty) : null;

        (Child Add, Child Del) Calls(string plugin, string configuration) =>
            (bed.Plugin(plugin, "ADD", container, netns, ifname, configuration), bed.Plugin(plugin, "DEL", container, netns, ifname, configuration));
    }

    /// <summary>The container's first address.</summary>
    public string Address
    {
        get
        {
            using JsonDocument result = JsonDocument.Parse(_main.Add.Output);
            return result.RootElement.GetProperty("ips")[0].GetProperty("address").GetString()!.Split('/')[0];
        }
    }

    /// <summary>All plugins' ADD.</summary>
    /// <returns>Nanoseconds of all of them.</returns>
    public double Add()
    {
        double total = _bed.Run(_main.Add);
        string result = _main.Add.Output;
        if (_portmap is var (portmap, portmapDel))
        {
            portmap.Input = portmapDel.Input = $$$"""
                {"cniVersion": "1.0.0", "name": "{{{_network}}}", "type": "portmap", "capabilities": {"portMappings": true},
                 "runtimeConfig": {"portMappings": [{{{_mappings}}}]}, "prevResult": {{{result}}}}
                """;
            total += _bed.Run(portmap);
        }

        if (_bandwidth is var (bandwidth, bandwidthDel))
        {
            bandwidth.Input = bandwidthDel.Input = $$$"""
                {"cniVersion": "1.0.0", "name": "{{{_network}}}", "type": "bandwidth", {{{Limits}}}, "prevResult": {{{result}}}}
                """;
            total += _bed.Run(bandwidth);
        }

        return total;
    }

    /// <summary>All plugins' DEL, in the other order.</summary>
    /// <returns>Nanoseconds of all of them.</returns>
    public double Del() => (_bandwidth is var (_, bandwidth) ? _bed.Run(bandwidth) : 0) + (_portmap is var (_, portmap) ? _bed.Run(portmap) : 0) + _bed.Run(_main.Del);
}
