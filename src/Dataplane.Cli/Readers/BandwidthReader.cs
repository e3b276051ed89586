using Dataplane.Abi;
using Dataplane.Cli.Rows;

namespace Dataplane.Cli.Readers;

/// <summary>Maps "limits" and "limit_states", joined with endpoints, records and the queues of the devices.</summary>
internal static class BandwidthReader
{
    /// <summary>Every limit, by ifindex, ingress first.</summary>
    public static List<BandwidthRow> Read(NodeView node)
    {
        Dictionary<(uint, LimitDirection), LimitState> states = node.Programs!.LimitStates.Entries().ToDictionary(e => (e.Key.Ifindex, e.Key.Direction), e => e.Value);
        ILookup<(uint, uint), string> subnets = node.Programs.LimitSubnets.Entries().ToLookup(e => (e.Key.Ifindex, e.Value), e => MasqueradeReader.Prefix(e.Key));
        var qdiscs = node.Rtnl.DumpQdiscs(0).ToLookup(q => q.Ifindex);
        return
        [
            .. node.Programs.Limits.Entries().OrderBy(e => (e.Key.Ifindex, e.Key.Direction)).Select(e =>
            {
                (uint ifindex, LimitDirection direction, uint generation) = (e.Key.Ifindex, e.Key.Direction, e.Value.Generation);
                LimitState? state = states.TryGetValue((ifindex, direction), out LimitState found) ? found : null;
                Endpoint? endpoint = node.DeviceNames.ContainsKey(ifindex) && node.Endpoints.TryGetValue(ifindex, out Endpoint owner) && owner.Generation == generation ? owner : null;
                LimitDevice? device = endpoint is not { } alive ? null
                    : direction == LimitDirection.Ingress ? LimitDevice.Host(qdiscs, ifindex, alive.Flags)
                    : LimitDevice.Inside(node, ifindex, generation);
                return BandwidthConversion.Row(e.Key, e.Value, state, endpoint, device, subnets[(ifindex, generation)]) with
                {
                    Device = endpoint is null ? string.Empty : node.DeviceNames[ifindex],
                    ContainerId = node.RecordOf(ifindex, generation)?.Id.ContainerId ?? string.Empty,
                    Ifname = node.RecordOf(ifindex, generation)?.Id.IfName ?? string.Empty,
                    Network = node.RecordOf(ifindex, generation)?.Network ?? string.Empty,
                };
            }),
        ];
    }
}
