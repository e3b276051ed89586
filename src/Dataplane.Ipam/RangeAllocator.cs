namespace Dataplane.Ipam;

/// <summary>Gives addresses out of one pool, deciding exactly as the reference host-local plugin does.</summary>
/// <param name="set">The pool.</param>
/// <param name="store">Where leases are kept; its lock is held.</param>
/// <param name="setIndex">The pool's place in the network's configuration, from 0.</param>
public sealed class RangeAllocator(RangeSet set, ILeaseStore store, int setIndex)
{
    /// <summary>Reserves an address.</summary>
    /// <param name="owner">Who gets it.</param>
    /// <param name="requested">The address wanted, or null for the next one in round-robin order.</param>
    /// <exception cref="IpamException">
    /// The owner has an address of this pool already, the wanted one is the gateway or taken, or the pool is exhausted.
    /// </exception>
    public AllocatedAddress Allocate(LeaseOwner owner, IpNumber? requested = null)
        => requested is { } address ? AllocateRequested(owner, address) : AllocateNext(owner);

    private AllocatedAddress AllocateRequested(LeaseOwner owner, IpNumber address)
    {
        if (!set.TryFindRange(address, out IpRange? range))
            throw new IpamException($"{address} not in range set {set}");
        if (address == range.Gateway)
            throw new IpamException($"requested ip {address} is subnet's gateway");
        if (!store.TryReserve(owner, address, setIndex))
            throw new IpamException($"requested IP address {address} is not available in range set {set}", store.Describe(address));
        return new AllocatedAddress(address, range.Subnet.Length, range.Gateway);
    }

    private AllocatedAddress AllocateNext(LeaseOwner owner)
    {
        foreach (IpNumber held in store.FindByOwner(owner))
        {
            if (set.Contains(held))
            {
                throw new IpamException(
                    $"{held} has been allocated to {owner.ContainerId}, duplicate allocation is not allowed", store.Describe(held));
            }
        }

        if (TryNext(owner, out AllocatedAddress allocated))
            return allocated;
        // Only now is it worth reading every lease: a dead holder may still be recorded.
        if (store.ReclaimDead() && TryNext(owner, out allocated))
            return allocated;
        throw new IpamException($"no IP addresses available in range set: {set}", $"all {set.Capacity} addresses are leased");
    }

    private bool TryNext(LeaseOwner owner, out AllocatedAddress allocated)
    {
        RangeCursor cursor = new(set, store.LastReserved(setIndex));
        while (cursor.MoveNext(out IpNumber address, out IpRange? range))
        {
            if (!store.TryReserve(owner, address, setIndex))
                continue;
            allocated = new AllocatedAddress(address, range.Subnet.Length, range.Gateway);
            return true;
        }
        allocated = default;
        return false;
    }
}
