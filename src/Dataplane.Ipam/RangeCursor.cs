using System.Diagnostics.CodeAnalysis;

namespace Dataplane.Ipam;

/// <summary>
/// Walks a pool in round-robin order: from the address after the last one reserved, through the ranges in their order and
/// around, each address once, gateways left out. The last reserved address itself comes last, so an address rests as long as possible.
/// </summary>
public sealed class RangeCursor
{
    private readonly RangeSet _set;
    private int _range;
    private IpNumber? _current;
    private IpNumber? _first;

    /// <summary>Starts a walk.</summary>
    /// <param name="set">The pool.</param>
    /// <param name="lastReserved">
    /// The address reserved last; the walk starts at the first range when it is null or outside the pool (the configuration changed).
    /// </param>
    public RangeCursor(RangeSet set, IpNumber? lastReserved)
    {
        _set = set;
        if (lastReserved is not { } last)
            return;
        for (int i = 0; i < set.Ranges.Count; i++)
        {
            if (!set.Ranges[i].Contains(last))
                continue;
            _range = i;
            _current = last;
            return;
        }
    }

    /// <summary>Goes to the next candidate.</summary>
    /// <returns>False when every address has been offered once.</returns>
    public bool MoveNext(out IpNumber address, [NotNullWhen(true)] out IpRange? range)
    {
        while (Step())
        {
            range = _set.Ranges[_range];
            address = _current!.Value;
            if (address != range.Gateway)
                return true;
        }
        address = default;
        range = null;
        return false;
    }

    private bool Step()
    {
        if (_current is not { } current)
            _current = _set.Ranges[0].Start;
        else if (current == _set.Ranges[_range].End)
        {
            _range = (_range + 1) % _set.Ranges.Count;
            _current = _set.Ranges[_range].Start;
        }
        else
            _current = current.Next;

        if (_first is null)
            _first = _current;
        else if (_first == _current)
            return false;
        return true;
    }
}
