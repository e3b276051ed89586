namespace Dataplane.Bpf;

/// <summary>What is chosen when a node's programs are first loaded.</summary>
public sealed class NodeOptions
{
    /// <summary>The fewest entries a table may have whose size is chosen.</summary>
    public const uint MinFlowEntries = 1024;

    private const long BytesPerEntry = 256 * 1024;
    private const uint MinDefault = 65_536;
    private const uint MaxDefault = 524_288;
    private uint? _effective;

    /// <summary>
    /// Entries of each flow table and of the table of translations; null: one per 256 KiB of memory, 65 536 to 524 288.
    /// </summary>
    public uint? FlowEntries { get; init; }

    /// <summary>Entries of a map whose size is chosen at the first load; 0: its size is part of the contract.</summary>
    /// <param name="map">Its name.</param>
    internal uint EntriesOf(string map) => map switch
    {
        "flows4" or "flows6" or "nat" => EffectiveFlowEntries,
        // A connection has two entries in "nat" and one place in the queue.
        "sweep_queue" => EffectiveFlowEntries / 2,
        _ => 0,
    };

    internal uint EffectiveFlowEntries => _effective ??=
        FlowEntries is { } wanted ? Math.Max(wanted, MinFlowEntries)
        : (uint)Math.Clamp(TotalMemory() / BytesPerEntry, MinDefault, MaxDefault);

    private static long TotalMemory()
    {
        // "MemTotal:       24684012 kB"
        foreach (string line in File.ReadLines("/proc/meminfo"))
        {
            if (line.StartsWith("MemTotal:", StringComparison.Ordinal))
            {
                ReadOnlySpan<char> number = line.AsSpan("MemTotal:".Length).Trim();
                return long.TryParse(number[..number.IndexOf(' ')], out long kilobytes) ? kilobytes * 1024 : 0;
            }
        }

        return 0;
    }
}
