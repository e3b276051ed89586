using Dataplane.Abi;
using Dataplane.Bpf;
using Dataplane.Interop;

namespace Dataplane.Engine;

/// <summary>
/// The rows of limits. As those of endpoints, each belongs to an endpoint's generation and is removed only by it; the lock is the
/// endpoints' as well, because the endpoint's flags say that there are rows.
/// </summary>
/// <param name="programs">The node's.</param>
/// <param name="run">The node's.</param>
internal sealed class LimitTable(NodePrograms programs, RunDirectory run)
{
    private const ulong NoExist = 1; // BPF_NOEXIST

    /// <summary>Writes a limit. What was counted for the same endpoint goes on.</summary>
    public void Write(int ifIndex, LimitDirection direction, in LimitRow row)
    {
        LimitKey key = Key(ifIndex, direction);
        using LockedFile rows = run.Lock(EndpointTable.LockName);
        try
        {
            if (programs.Limits.TryLookup(key, out LimitRow before) && before.Generation == row.Generation)
            {
                AddState(key);
            }
            else
            {
                programs.LimitStates.Update(key, default);
            }

            programs.Limits.Update(key, row);
        }
        catch (LinuxException e) when (e.Errno == Errno.E2BIG)
        {
            throw new NodeException($"the limit finds no room: the node's map holds {programs.Limits.Info.MaxEntries} limits", e);
        }
    }

    /// <summary>Removes a limit unless another generation has it, and takes back what the endpoint's flags say of it.</summary>
    public void Remove(int ifIndex, uint generation, LimitDirection direction)
    {
        LimitKey key = Key(ifIndex, direction);
        using LockedFile rows = run.Lock(EndpointTable.LockName);
        SetFlags(ifIndex, generation, FlagsOf(direction), 0);
        if (programs.Limits.TryLookup(key, out LimitRow row) && row.Generation == generation)
        {
            programs.Limits.Delete(key);
            programs.LimitStates.Delete(key);
        }
        else if (row.Generation == 0)
        {
            // A killed call may have made the one and not the other.
            programs.LimitStates.Delete(key);
        }
    }

    /// <summary>Says in an endpoint's flags which limits there are.</summary>
    /// <exception cref="NodeException">The endpoint is gone.</exception>
    public void SetFlags(FlowSide endpoint, EndpointFlags flags)
    {
        using LockedFile rows = run.Lock(EndpointTable.LockName);
        if (!SetFlags((int)endpoint.Ifindex, endpoint.Generation, All, flags))
        {
            throw new NodeException("the container's endpoint is not in the node's map any more; detach and attach the container again");
        }
    }

    /// <summary>Writes whose a container's own device is.</summary>
    public void WritePod(LimitPodKey key, FlowSide endpoint)
    {
        try
        {
            programs.LimitPods.Update(key, new LimitPod { Ifindex = endpoint.Ifindex, Generation = endpoint.Generation });
        }
        catch (LinuxException e) when (e.Errno == Errno.E2BIG)
        {
            throw new NodeException($"the limit finds no room: the node's map holds {programs.LimitPods.Info.MaxEntries} limited containers", e);
        }
    }

    /// <summary>Removes it unless another generation has it.</summary>
    public void RemovePod(LimitPodKey key, uint generation)
    {
        using LockedFile rows = run.Lock(EndpointTable.LockName);
        if (programs.LimitPods.TryLookup(key, out LimitPod row) && row.Generation == generation)
        {
            programs.LimitPods.Delete(key);
        }
    }

    /// <summary>Writes the rows of peers.</summary>
    public void WriteSubnet(FlowSide endpoint, AddressPrefix prefix)
    {
        try
        {
            foreach (ExclusionKey key in ExclusionTable.Keys((int)endpoint.Ifindex, prefix))
            {
                programs.LimitSubnets.Update(key, endpoint.Generation);
            }
        }
        // A trie that is full says ENOSPC.
        catch (LinuxException e) when (e.Errno is Errno.E2BIG or Errno.ENOSPC)
        {
            throw new NodeException($"{prefix} finds no room: the node's map holds {programs.LimitSubnets.Info.MaxEntries} prefixes of limits", e);
        }
    }

    /// <summary>Removes rows of peers that an earlier endpoint with the same index has left: a longer prefix of its would hide a shorter one.</summary>
    public void RemoveEarlierSubnets(FlowSide endpoint)
    {
        foreach ((ExclusionKey key, uint generation) in programs.LimitSubnets.Entries())
        {
            if (key.Ifindex == endpoint.Ifindex && generation != endpoint.Generation)
            {
                programs.LimitSubnets.Delete(key);
            }
        }
    }

    /// <summary>Removes the rows of peers unless another generation has them.</summary>
    public void RemoveSubnet(int ifIndex, uint generation, AddressPrefix prefix)
    {
        using LockedFile rows = run.Lock(EndpointTable.LockName);
        foreach (ExclusionKey key in ExclusionTable.Keys(ifIndex, prefix))
        {
            if (programs.LimitSubnets.TryLookup(key, out uint owner) && owner == generation)
            {
                programs.LimitSubnets.Delete(key);
            }
        }
    }

    /// <summary>Whether every row of peers is there.</summary>
    public bool HasSubnet(FlowSide endpoint, AddressPrefix prefix) => ExclusionTable.Keys((int)endpoint.Ifindex, prefix)
        .TrueForAll(key => programs.LimitSubnets.TryLookup(key, out uint owner) && owner == endpoint.Generation);

    /// <summary>The row of a limit; null: there is none of this endpoint.</summary>
    public LimitRow? Find(FlowSide endpoint, LimitDirection direction) =>
        programs.Limits.TryLookup(Key((int)endpoint.Ifindex, direction), out LimitRow row) && row.Generation == endpoint.Generation ? row : null;

    /// <summary>Removes the rows of endpoints that are gone: what a lost DEL left.</summary>
    /// <param name="isAlive">Whether an endpoint is there, and its device.</param>
    /// <returns>How many limits.</returns>
    public int RemoveDead(Func<FlowSide, bool> isAlive)
    {
        int removed = 0;
        using LockedFile rows = run.Lock(EndpointTable.LockName);
        foreach ((LimitKey key, LimitRow row) in programs.Limits.Entries())
        {
            if (!isAlive(Side(key.Ifindex, row.Generation)) && programs.Limits.Delete(key))
            {
                programs.LimitStates.Delete(key);
                removed++;
            }
        }

        foreach ((LimitKey key, LimitState _) in programs.LimitStates.Entries())
        {
            if (!programs.Limits.TryLookup(key, out LimitRow _))
            {
                programs.LimitStates.Delete(key);
            }
        }

        foreach ((LimitPodKey key, LimitPod pod) in programs.LimitPods.Entries())
        {
            if (!isAlive(Side(pod.Ifindex, pod.Generation)))
            {
                programs.LimitPods.Delete(key);
            }
        }

        foreach ((ExclusionKey key, uint generation) in programs.LimitSubnets.Entries())
        {
            if (!isAlive(Side(key.Ifindex, generation)))
            {
                programs.LimitSubnets.Delete(key);
            }
        }

        return removed;
    }

    /// <summary>What an endpoint's flags say of a limit: that packets go through the queue, that a program counts, that a guard stands behind it.</summary>
    public static EndpointFlags FlagsOf(LimitDirection direction) =>
        direction == LimitDirection.Ingress ? EndpointFlags.Queued | EndpointFlags.Limit : EndpointFlags.Guard;

    /// <summary>All of them.</summary>
    public static EndpointFlags All => FlagsOf(LimitDirection.Ingress) | FlagsOf(LimitDirection.Egress);

    private bool SetFlags(int ifIndex, uint generation, EndpointFlags mask, EndpointFlags flags)
    {
        if (!programs.Endpoints.TryLookup((uint)ifIndex, out Endpoint endpoint) || endpoint.Generation != generation)
        {
            return false;
        }

        EndpointFlags wanted = (endpoint.Flags & ~mask) | flags;
        if (endpoint.Flags != wanted)
        {
            endpoint.Flags = wanted;
            programs.Endpoints.Update((uint)ifIndex, endpoint);
        }

        return true;
    }

    private void AddState(LimitKey key)
    {
        try
        {
            programs.LimitStates.Update(key, default, NoExist);
        }
        catch (LinuxException e) when (e.Errno == Errno.EEXIST)
        {
            // It goes on.
        }
    }

    private static FlowSide Side(uint ifIndex, uint generation) => new() { Ifindex = ifIndex, Generation = generation };

    internal static LimitKey Key(int ifIndex, LimitDirection direction) => new() { Ifindex = (uint)ifIndex, Direction = direction };
}
