namespace Dataplane.Ipam.Tests;

/// <summary>Leases in memory: the model the directory is compared with.</summary>
internal sealed class MemoryLeaseStore : ILeaseStore
{
    public Dictionary<IpNumber, LeaseOwner> Leases { get; } = [];

    public Dictionary<int, IpNumber> Last { get; } = [];

    /// <summary>Addresses whose holder is dead.</summary>
    public HashSet<IpNumber> Dead { get; } = [];

    public IpNumber? LastReserved(int setIndex) => Last.TryGetValue(setIndex, out IpNumber last) ? last : null;

    public bool TryReserve(LeaseOwner owner, IpNumber address, int setIndex)
    {
        if (!Leases.TryAdd(address, owner))
            return false;
        Last[setIndex] = address;
        return true;
    }

    public IReadOnlyList<IpNumber> FindByOwner(LeaseOwner owner)
        => [.. Leases.Where(l => l.Value == owner || l.Value == owner with { IfName = "" }).Select(l => l.Key)
            .OrderBy(a => a.ToString(), StringComparer.Ordinal)];

    public bool ReclaimDead()
    {
        bool any = false;
        foreach (IpNumber address in Dead)
            any |= Leases.Remove(address);
        Dead.Clear();
        return any;
    }

    public string Describe(IpNumber address) => Leases.TryGetValue(address, out LeaseOwner owner) ? $"held by {owner}" : "";
}
