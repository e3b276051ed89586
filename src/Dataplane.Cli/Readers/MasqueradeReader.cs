using Dataplane.Abi;
using Dataplane.Cli.Rows;

namespace Dataplane.Cli.Readers;

/// <summary>The part of "endpoints" about masquerade, joined with "exclusions".</summary>
internal static class MasqueradeReader
{
    // Before the address, the key's prefix covers the ifindex.
    private const uint IfindexBits = 32;

    /// <summary>Every endpoint, ordered by ifindex.</summary>
    public static List<MasqueradeRow> Read(NodeView node)
    {
        ILookup<(uint, uint), string> exclusions = node.Programs!.Exclusions.Entries()
            .ToLookup(e => (e.Key.Ifindex, e.Value.Generation), e => Prefix(e.Key));
        return
        [
            .. EndpointReader.Read(node).Select(e => Row(e, node.Endpoints[e.Ifindex], exclusions[(e.Ifindex, e.Generation)])),
        ];
    }

    /// <summary>One endpoint.</summary>
    public static MasqueradeRow Row(EndpointRow endpoint, in Endpoint row, IEnumerable<string> exclusions) => new()
    {
        Device = endpoint.Device,
        Ifindex = endpoint.Ifindex,
        ContainerId = endpoint.ContainerId,
        Ifname = endpoint.Ifname,
        Network = endpoint.Network,
        Addresses = endpoint.Addresses,
        Masqueraded = row.Flags.HasFlag(EndpointFlags.Masquerade),
        PortMin = row.MasqPortMin,
        PortMax = row.MasqPortMax,
        LinkLocal = row.Flags.HasFlag(EndpointFlags.MasqLinkLocal),
        Exclusions = [.. exclusions.Order(StringComparer.Ordinal)],
    };

    /// <summary>"10.1.0.0/16".</summary>
    public static string Prefix(in ExclusionKey key) => Conversion.Prefix(key.Address, key.PrefixLength - IfindexBits);
}
