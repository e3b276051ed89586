using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Dataplane.Ipam;

/// <summary>A pool: ranges of one family that do not overlap. An attachment gets one address of each set of its network.</summary>
public sealed class RangeSet
{
    private readonly IpRange[] _ranges;

    private RangeSet(IpRange[] ranges) => _ranges = ranges;

    /// <summary>The ranges in the order of the configuration; at least one.</summary>
    public IReadOnlyList<IpRange> Ranges => _ranges;

    /// <summary>Whether the pool hands out IPv6 addresses.</summary>
    public bool IsV6 => _ranges[0].Start.IsV6;

    /// <summary>How many addresses the pool can hand out.</summary>
    public UInt128 Capacity
    {
        get
        {
            UInt128 sum = UInt128.Zero;
            foreach (IpRange range in _ranges)
                sum += range.Capacity;
            return sum;
        }
    }

    /// <summary>Checks the ranges, alone and against each other.</summary>
    /// <exception cref="IpamException">The set is empty, mixes families, overlaps in itself or holds a range that makes no sense.</exception>
    public static RangeSet FromSpecs(IReadOnlyList<IpRangeSpec> specs)
    {
        if (specs.Count == 0)
            throw new IpamException("empty range set");
        IpRange[] ranges = new IpRange[specs.Count];
        for (int i = 0; i < ranges.Length; i++)
        {
            ranges[i] = IpRange.FromSpec(specs[i]);
            if (ranges[i].Start.IsV6 != ranges[0].Start.IsV6)
                throw new IpamException("mixed address families");
        }
        for (int i = 0; i < ranges.Length; i++)
        {
            for (int j = i + 1; j < ranges.Length; j++)
            {
                if (ranges[i].Overlaps(ranges[j]))
                    throw new IpamException($"subnets {ranges[i]} and {ranges[j]} overlap");
            }
        }
        return new RangeSet(ranges);
    }

    /// <summary>Finds the range that holds an address.</summary>
    public bool TryFindRange(IpNumber address, [NotNullWhen(true)] out IpRange? range)
    {
        range = Array.Find(_ranges, candidate => candidate.Contains(address));
        return range is not null;
    }

    /// <summary>Whether a range of the set holds <paramref name="address"/>.</summary>
    public bool Contains(IpNumber address) => TryFindRange(address, out _);

    /// <summary>Whether an address can be in both sets.</summary>
    public bool Overlaps(RangeSet other) => Array.Exists(_ranges, mine => Array.Exists(other._ranges, mine.Overlaps));

    /// <summary><c>10.1.2.1-10.1.2.9,10.1.2.20-10.1.2.30</c></summary>
    public override string ToString()
    {
        StringBuilder text = new();
        foreach (IpRange range in _ranges)
            text.Append(text.Length == 0 ? "" : ",").Append(range);
        return text.ToString();
    }
}
