namespace Dataplane.Cli.Rows;

/// <summary>One pinned map and how full it is.</summary>
/// <param name="Name">"endpoints", "addresses", "flows4", "flows6"</param>
/// <param name="Id">The kernel's map id.</param>
/// <param name="Type">The kernel's word for it: "hash", "lru_hash".</param>
/// <param name="Entries">Rows it holds.</param>
/// <param name="MaxEntries">Rows it can hold; an LRU map forgets the oldest instead of refusing.</param>
internal sealed record MapRow(string Name, uint Id, string Type, long Entries, uint MaxEntries)
{
    /// <summary>How full it is, percent, one digit after the point.</summary>
    public double FillPercent => MaxEntries == 0 ? 0 : Math.Round(100.0 * Entries / MaxEntries, 1);
}
