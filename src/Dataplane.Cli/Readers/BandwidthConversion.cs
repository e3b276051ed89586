using Dataplane.Abi;
using Dataplane.Cli.Rows;

namespace Dataplane.Cli.Readers;

/// <summary>From the rows of a limit and its device to the operator's row.</summary>
internal static class BandwidthConversion
{
    private const ulong BitsPerByte = 8;
    private const LimitFlags Subnets = LimitFlags.Unshaped | LimitFlags.Shaped;

    /// <summary>"ingress", "egress".</summary>
    public static string Name(LimitDirection direction) => direction == LimitDirection.Ingress ? "ingress" : "egress";

    /// <summary>One limit, whose owner is not named yet.</summary>
    /// <param name="key">Of both maps.</param>
    /// <param name="limit">What was asked for.</param>
    /// <param name="state">What the programs know; null: there is no such row.</param>
    /// <param name="endpoint">The owner; null: it is gone.</param>
    /// <param name="device">Where packets wait; null: it cannot be looked at.</param>
    /// <param name="subnets">Of <paramref name="limit"/>'s flags.</param>
    public static BandwidthRow Row(in LimitKey key, in LimitRow limit, in LimitState? state, in Endpoint? endpoint, LimitDevice? device, IEnumerable<string> subnets)
    {
        bool edt = limit.Flags.HasFlag(LimitFlags.Edt);
        LimitState seen = state ?? default;
        LimitQueue? queue = device?.Queue;
        string[] peers = [.. subnets.Order(StringComparer.Ordinal)];
        return new BandwidthRow
        {
            Device = string.Empty,
            Ifindex = key.Ifindex,
            ContainerId = string.Empty,
            Ifname = string.Empty,
            Network = string.Empty,
            Direction = Name(key.Direction),
            RateBits = limit.Rate * BitsPerByte,
            BurstBits = limit.Burst * BitsPerByte,
            Engine = edt ? "edt" : "tbf",
            State = State(key, limit, state, endpoint, device),
            Qdisc = queue?.Kind ?? string.Empty,
            Program = limit.Flags == LimitFlags.None || device is not { IsSeen: true } ? string.Empty : key.Direction == LimitDirection.Ingress ? "to_pod" : "pod_limit",
            UnshapedSubnets = limit.Flags.HasFlag(LimitFlags.Unshaped) ? peers : [],
            ShapedSubnets = limit.Flags.HasFlag(LimitFlags.Shaped) ? peers : [],
            // The programs count what they admit into fq; a token bucket counts for itself.
            PassedPackets = edt ? seen.Packets : queue?.Packets ?? 0,
            PassedBytes = edt ? seen.Bytes : queue?.Bytes ?? 0,
            Delayed = edt ? seen.Delayed : queue?.Waits ?? 0,
            Marked = seen.Marked,
            Dropped = (edt ? seen.Dropped : 0) + (queue?.Drops ?? 0),
            Guarded = seen.Guarded,
            BacklogPackets = queue?.BacklogPackets ?? 0,
            BacklogBytes = queue?.BacklogBytes ?? 0,
            Generation = limit.Generation,
        };
    }

    /// <summary>The qdisc that a limit takes at the root of its device.</summary>
    public static string Qdisc(LimitFlags flags) => flags.HasFlag(LimitFlags.Edt) ? "fq" : (flags & Subnets) != 0 ? "htb" : "tbf";

    private static string State(in LimitKey key, in LimitRow limit, in LimitState? state, in Endpoint? endpoint, LimitDevice? device)
    {
        if (endpoint is not { } owner)
        {
            return LimitStateNames.Dead;
        }

        if (device is null)
        {
            return LimitStateNames.Unknown;
        }

        if (device.Queue.Kind != Qdisc(limit.Flags))
        {
            return LimitStateNames.Unqueued;
        }

        // Without its state a packet is admitted at once.
        if (limit.Flags != LimitFlags.None && !(device.IsSeen && state is not null))
        {
            return LimitStateNames.Unseen;
        }

        if (!owner.Flags.HasFlag(key.Direction == LimitDirection.Ingress ? EndpointFlags.Queued : EndpointFlags.Guard))
        {
            return LimitStateNames.Unflagged;
        }

        return device.Queue.Rate != 0 && device.Queue.Rate != limit.Rate ? LimitStateNames.Differs : LimitStateNames.Kept;
    }
}
