namespace Dataplane.Bpf;

/// <summary>What is chosen when a node's programs are first loaded.</summary>
public sealed class NodeOptions
{
    /// <summary>The fewest entries a flow table may have.</summary>
    public const uint MinFlowEntries = 1024;

    private const long BytesPerEntry = 256 * 1024;
    private const uint MinDefault = 65_536;
    private const uint MaxDefault = 524_288;

    /// <summary>Entries of each flow table; null: one per 256 KiB of memory, 65 536 to 524 288: about a thousandth of it.</summary>
    public uint? FlowEntries { get; init; }

    internal uint EffectiveFlowEntries =>
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
