using Dataplane.Benchmarks.Native;

namespace Dataplane.Benchmarks.Beds;

/// <summary>
/// What a runtime does for one container of a chain: bridge with ipMasq, its result handed on to portmap; and back. Both
/// sides get the same configuration.
/// </summary>
internal sealed class Chain
{
    private readonly Bed _bed;
    private readonly string _network;
    private readonly string _mappings;
    private readonly Child _bridgeAdd, _bridgeDel, _portmapAdd, _portmapDel;

    /// <param name="bed">The node.</param>
    /// <param name="network">The network: its bridge has the same name.</param>
    /// <param name="subnet">Its subnet.</param>
    /// <param name="container">CNI_CONTAINERID.</param>
    /// <param name="netns">The container's namespace.</param>
    /// <param name="ifname">CNI_IFNAME.</param>
    /// <param name="mappings">Ports of the node, which lead to the same ports of the container.</param>
    public Chain(Bed bed, string network, string subnet, string container, string netns, string ifname, params (int Port, string Protocol)[] mappings)
    {
        _bed = bed;
        _network = network;
        _mappings = string.Join(", ", mappings.Select(m => $$"""{"hostPort": {{m.Port}}, "containerPort": {{m.Port}}, "protocol": "{{m.Protocol}}"}"""));
        string bridge = $$$"""
            {"cniVersion": "1.0.0", "name": "{{{network}}}", "type": "bridge", "bridge": "{{{network}}}", "isGateway": true, "ipMasq": true,
             "ipam": {"type": "host-local", "dataDir": "{{{bed.Leases}}}", "ranges": [[{"subnet": "{{{subnet}}}"}]], "routes": [{"dst": "0.0.0.0/0"}]}}
            """;
        _bridgeAdd = bed.Plugin("bridge", "ADD", container, netns, ifname, bridge);
        _bridgeDel = bed.Plugin("bridge", "DEL", container, netns, ifname, bridge);
        _portmapAdd = bed.Plugin("portmap", "ADD", container, netns, ifname, string.Empty);
        _portmapDel = bed.Plugin("portmap", "DEL", container, netns, ifname, string.Empty);
    }

    /// <summary>Both plugins' ADD.</summary>
    /// <returns>Nanoseconds of both.</returns>
    public double Add()
    {
        double bridge = _bed.Run(_bridgeAdd);
        string portmap = $$$"""
            {"cniVersion": "1.0.0", "name": "{{{_network}}}", "type": "portmap", "capabilities": {"portMappings": true},
             "runtimeConfig": {"portMappings": [{{{_mappings}}}]}, "prevResult": {{{_bridgeAdd.Output}}}}
            """;
        _portmapAdd.Input = _portmapDel.Input = portmap;
        return bridge + _bed.Run(_portmapAdd);
    }

    /// <summary>Both plugins' DEL, in the other order.</summary>
    /// <returns>Nanoseconds of both.</returns>
    public double Del() => _bed.Run(_portmapDel) + _bed.Run(_bridgeDel);
}
