using Dataplane.Netlink;

namespace Dataplane.Cli.Readers;

/// <summary>The qdisc of a device that keeps a limit, and its figures.</summary>
/// <param name="Kind">Of the device's root: "tbf", "htb", "fq"; "noqueue": there is none.</param>
/// <param name="Rate">Bytes a second; 0: it does not say.</param>
internal sealed record LimitQueue(string Kind, ulong Rate = 0)
{
    // The class of HTB that is limited; its only child is the queue.
    private const uint LimitedClass = 0x00010001;

    /// <summary>Packets sent.</summary>
    public ulong Packets { get; init; }

    /// <summary>Their bytes.</summary>
    public ulong Bytes { get; init; }

    /// <summary>Packets dropped.</summary>
    public ulong Drops { get; init; }

    /// <summary>How often it had to wait.</summary>
    public ulong Waits { get; init; }

    /// <summary>Packets that wait now.</summary>
    public ulong BacklogPackets { get; init; }

    /// <summary>Bytes that wait now.</summary>
    public ulong BacklogBytes { get; init; }

    /// <summary>From the qdiscs of one device: with HTB the figures are those of the class that is limited.</summary>
    public static LimitQueue Of(IReadOnlyList<QdiscInfo> qdiscs)
    {
        QdiscInfo? root = qdiscs.FirstOrDefault(q => q.IsRoot);
        QdiscInfo? queue = root?.Kind == "htb" ? qdiscs.FirstOrDefault(q => q.Parent == LimitedClass) : root;
        return new LimitQueue(root?.Kind ?? "noqueue", root?.Tbf?.Rate ?? 0)
        {
            Packets = queue?.Packets ?? 0,
            Bytes = queue?.Bytes ?? 0,
            Drops = queue?.Drops ?? 0,
            // A class's child is never asked before its time: the root notes it.
            Waits = root?.Overlimits ?? 0,
            BacklogPackets = queue?.QueueLength ?? 0,
            BacklogBytes = queue?.BacklogBytes ?? 0,
        };
    }
}
