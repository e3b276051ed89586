namespace Dataplane.Ipam;

/// <summary>Where leases are kept. All calls are made by the one holder of the store's lock.</summary>
public interface ILeaseStore
{
    /// <summary>The address reserved last from a pool, or null when none was.</summary>
    /// <param name="setIndex">The pool's place in the network's configuration, from 0.</param>
    IpNumber? LastReserved(int setIndex);

    /// <summary>Records that <paramref name="owner"/> holds <paramref name="address"/> and that it is the last reserved of its pool.</summary>
    /// <returns>False when somebody holds it already.</returns>
    bool TryReserve(LeaseOwner owner, IpNumber address, int setIndex);

    /// <summary>The addresses an owner holds, those recorded for its container alone included, in the order of their texts.</summary>
    IReadOnlyList<IpNumber> FindByOwner(LeaseOwner owner);

    /// <summary>Gives up leases whose holder cannot exist any more. Called before a pool is called exhausted.</summary>
    /// <returns>Whether an address became free.</returns>
    bool ReclaimDead();

    /// <summary>Says who holds an address and where that is recorded, for an error's details; empty when nobody does.</summary>
    string Describe(IpNumber address);
}
