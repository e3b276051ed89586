using Dataplane.Abi;
using Dataplane.Cli.Rows;
using Dataplane.Engine;

namespace Dataplane.Cli.Readers;

/// <summary>From the two entries of a connection, each of which tells of both, to the operator's row.</summary>
internal static class NatConversion
{
    /// <summary>Puts the halves of each connection together; a half whose other one is lost makes a row of its own.</summary>
    /// <param name="halves">Entries of map "nat".</param>
    /// <param name="context">Clock and devices.</param>
    /// <param name="recordOf">The record of an endpoint, by ifindex and generation.</param>
    /// <returns>The rows, each with the keys of its entries.</returns>
    public static List<(NatConnection Row, List<NatKey> Keys)> Pair(
        IEnumerable<(NatKey Key, NatRow Value)> halves, FlowContext context, Func<uint, uint, AttachmentRecord?> recordOf)
    {
        var pairs = new Dictionary<Original, (Half Seen, List<NatKey> Keys)>();
        foreach ((NatKey key, NatRow value) in halves)
        {
            var half = Half.Of(key, value);
            if (pairs.TryGetValue(half.Name, out (Half Seen, List<NatKey> Keys) other))
            {
                other.Keys.Add(key);
                pairs[half.Name] = (other.Seen.With(half), other.Keys);
            }
            else
            {
                pairs.Add(half.Name, (half, [key]));
            }
        }

        return [.. pairs.Values.Select(p => (Row(p.Seen, p.Keys.Count, context, recordOf), p.Keys))];
    }

    private static NatConnection Row(Half seen, int halves, FlowContext context, Func<uint, uint, AttachmentRecord?> recordOf)
    {
        FlowSide pod = seen.Kind switch
        {
            NatKind.Masquerade => seen.From,
            NatKind.HostPort => seen.To,
            _ => default,
        };
        AttachmentRecord? record = recordOf(pod.Ifindex, pod.Generation);
        bool alive = context.IsAlive(seen.From) && context.IsAlive(seen.To);
        return new NatConnection
        {
            Protocol = Conversion.Protocol(seen.Protocol),
            Kind = KindName(seen.Kind),
            State = alive ? StateName(seen.State) : NatStateNames.Dead,
            Inside = seen.Kind == NatKind.HostPort ? seen.Becomes : seen.Sent,
            Outside = seen.Kind == NatKind.HostPort ? seen.Sent : seen.Becomes,
            ContainerId = record?.Id.ContainerId ?? string.Empty,
            Ifname = record?.Id.IfName ?? string.Empty,
            SourceDevice = Device(seen.From, context),
            DestinationDevice = Device(seen.To, context),
            IdleSeconds = Conversion.Seconds(seen.LastSeen, context.Now),
            Tcp = Conversion.TcpEvents(seen.State.HasFlag(NatStates.FinOriginal), seen.State.HasFlag(NatStates.FinReply), seen.State.HasFlag(NatStates.Rst)),
            Halves = halves,
        };
    }

    // The host is no device: it is shown as what it is.
    private static FlowDevice Device(FlowSide side, FlowContext context) =>
        side.Ifindex == (uint)NatScope.Host ? new FlowDevice("host", 0, 0) : context.Device(side);

    private static string KindName(NatKind kind) => kind switch
    {
        NatKind.Masquerade => NatKindNames.Masquerade,
        NatKind.HostPort => NatKindNames.HostPort,
        NatKind.Host => NatKindNames.Host,
        _ => $"{(byte)kind}",
    };

    private static string StateName(NatStates state) => state switch
    {
        _ when state.HasFlag(NatStates.Rst) || state.HasFlag(NatStates.FinOriginal | NatStates.FinReply) => NatStateNames.Closed,
        _ when (state & (NatStates.FinOriginal | NatStates.FinReply)) != 0 => NatStateNames.Closing,
        _ when state.HasFlag(NatStates.Replied) => NatStateNames.Replied,
        _ => NatStateNames.New,
    };

    /// <summary>What both halves of a connection agree on: its first packet, and who sent it.</summary>
    private readonly record struct Original(FlowTuple Sent, byte Protocol, uint Scope);

    /// <summary>A half, told in the direction of the first packet.</summary>
    private sealed record Half(Original Name, FlowTuple Becomes, NatKind Kind, NatStates State, FlowSide From, FlowSide To, ulong LastSeen)
    {
        public FlowTuple Sent => Name.Sent;

        public byte Protocol => Name.Protocol;

        public static Half Of(in NatKey key, in NatRow value)
        {
            FlowTuple seen = Conversion.Tuple(key.Source, key.SourcePort, key.Destination, key.DestinationPort);
            FlowTuple becomes = Conversion.Tuple(value.Source, value.SourcePort, value.Destination, value.DestinationPort);
            // The other half's key is this one's value turned round, its scope the one who gets this.
            return value.Reply == 0
                ? new Half(new Original(seen, key.Protocol, key.Scope), becomes, value.Kind, value.State, value.From, value.To, value.LastSeen)
                : new Half(new Original(becomes.Mirrored(), key.Protocol, value.To.Ifindex), seen.Mirrored(), value.Kind, value.State, value.To, value.From, value.LastSeen);
        }

        public Half With(Half other) => this with { State = State | other.State, LastSeen = Math.Max(LastSeen, other.LastSeen) };
    }
}
