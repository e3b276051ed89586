namespace Dataplane.Cli.Rows;

/// <summary>A node at a glance.</summary>
internal sealed record StatusReport
{
    /// <summary>SO_NETNS_COOKIE of the host network namespace: the node's name everywhere.</summary>
    public required ulong Node { get; init; }

    /// <summary>False: no container was ever attached here (or the machine restarted since).</summary>
    public required bool Present { get; init; }

    /// <summary>DP_ABI_VERSION of the pinned maps.</summary>
    public required uint Abi { get; init; }

    /// <summary>SHA-256 (hex) of the objects whose programs are loaded; empty when not present.</summary>
    public required string Build { get; init; }

    /// <summary>SHA-256 (hex) of the objects inside this dpctl.</summary>
    public required string ExecutableBuild { get; init; }

    /// <summary>Where the node is pinned.</summary>
    public required string PinDirectory { get; init; }

    /// <summary>"on", "off" (every endpoint asked for it) or "partly".</summary>
    public required string FastPath { get; init; }

    /// <summary>How many endpoints have "fastPath": "off".</summary>
    public required int FastPathOffEndpoints { get; init; }

    /// <summary>Attached container interfaces.</summary>
    public required int Endpoints { get; init; }

    /// <summary>Devices towards the outside that carry our programs; empty: the node's own stack handles the outside.</summary>
    public required IReadOnlyList<string> Uplinks { get; init; }

    /// <summary>The programs, in the order a packet meets them.</summary>
    public required IReadOnlyList<ProgramRow> Programs { get; init; }

    /// <summary>The maps.</summary>
    public required IReadOnlyList<MapRow> Maps { get; init; }

    /// <summary>What clears expired connections; null when not present.</summary>
    public required SweepReport? Sweep { get; init; }

    /// <summary>Bandwidth limits; null when not present.</summary>
    public required BandwidthSummary? Bandwidth { get; init; }
}
