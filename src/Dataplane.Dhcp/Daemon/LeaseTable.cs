using Dataplane.Interop;

namespace Dataplane.Dhcp;

/// <summary>The leases that the daemon keeps, in memory and in their files.</summary>
/// <param name="store">The files.</param>
/// <param name="broadcast">Servers are to broadcast their answers.</param>
/// <param name="log">What is told.</param>
internal sealed class LeaseTable(LeaseStore store, bool broadcast, Action<string> log) : IDisposable
{
    private readonly Dictionary<ClientIdentity, HeldLease> _leases = [];

    public Dictionary<ClientIdentity, HeldLease>.ValueCollection All => _leases.Values;

    /// <summary>Takes over what a daemon before this one kept: of interfaces that still exist, and not over meanwhile.</summary>
    public void Adopt(long nowMs)
    {
        foreach (LeaseRecord record in store.Load())
        {
            if (record.ToLease(broadcast) is not { } lease)
            {
                store.Remove(new ClientIdentity(record.ContainerId, record.Network, record.IfName));
                continue;
            }

            _leases[lease.Identity] = lease;
            if (nowMs >= lease.ExpiresMs)
            {
                Apply(lease, HeldLease.Event.Expired);
            }
            else if (!IsThere(lease))
            {
                Apply(lease, HeldLease.Event.Gone);
            }
            else
            {
                log($"{lease.Identity}: lease of {lease.Terms.Address} taken over");
            }
        }
    }

    /// <summary>The lease of an interface that still exists; null: there is none.</summary>
    public HeldLease? Find(ClientIdentity identity)
    {
        if (!_leases.TryGetValue(identity, out HeldLease? lease))
        {
            return null;
        }

        if (IsThere(lease))
        {
            return lease;
        }

        Apply(lease, HeldLease.Event.Gone);
        return null;
    }

    /// <summary>The lease of the interface that a path and a name lead to; null: there is none. One that the container had elsewhere is given back.</summary>
    public HeldLease? Find(ClientIdentity identity, string netnsPath)
    {
        HeldLease? lease = Find(identity);
        if (lease is null || lease.Interface.IsAt(netnsPath))
        {
            return lease;
        }

        Release(lease);
        return null;
    }

    /// <summary>Keeps a new lease.</summary>
    /// <exception cref="DhcpException">It cannot be written down; it was given back.</exception>
    public void Add(HeldLease lease, long nowMs)
    {
        _leases[lease.Identity] = lease;
        try
        {
            store.Save(LeaseRecord.Of(lease, store.Boot, nowMs));
        }
        catch (LinuxException e)
        {
            Release(lease);
            throw new DhcpException($"the lease of {lease.Terms.Address} cannot be kept: {e.Message}", e);
        }

        log($"{lease.Identity}: lease of {lease.Terms.Address} from {lease.Terms.Server} acquired, for {lease.Terms.ExpiryMs / 1000} seconds");
    }

    /// <summary>Gives a lease back and forgets it.</summary>
    public void Release(HeldLease lease)
    {
        try
        {
            log($"{lease.Identity}: {(lease.Release(DhcpRandom.Xid()) ? "releasing lease" : "the interface is gone, and with it the way to release the lease")} of {lease.Terms.Address}");
        }
        catch (LinuxException e)
        {
            log($"{lease.Identity}: failed to release DHCP lease: {e.Message}");
        }

        Forget(lease);
    }

    /// <summary>Gives back the lease of an interface, if it has one.</summary>
    public void Release(ClientIdentity identity)
    {
        if (_leases.TryGetValue(identity, out HeldLease? lease))
        {
            Release(lease);
        }
    }

    /// <summary>Gives back the leases of a network but those that stay.</summary>
    public void Collect(string network, List<DaemonAttachment> keep)
    {
        var stale = new List<HeldLease>();
        foreach (HeldLease lease in _leases.Values)
        {
            if (lease.Identity.Network == network && !keep.Contains(new DaemonAttachment(lease.Identity.ContainerId, lease.Identity.IfName)))
            {
                stale.Add(lease);
            }
        }

        stale.ForEach(Release);
    }

    /// <summary>Does what follows from a step of a lease.</summary>
    public void Apply(HeldLease lease, HeldLease.Event what, long nowMs = 0)
    {
        switch (what)
        {
            case HeldLease.Event.Renewed:
                log($"{lease.Identity}: lease of {lease.Terms.Address} renewed, for {lease.Terms.ExpiryMs / 1000} seconds");
                store.Save(LeaseRecord.Of(lease, store.Boot, nowMs));
                break;
            case HeldLease.Event.Gone:
                log($"{lease.Identity}: interface {lease.Interface.Name} no longer exists, terminating lease maintenance");
                Forget(lease);
                break;
            case HeldLease.Event.Expired:
                SetDown(lease, "lease expired");
                break;
            case HeldLease.Event.Refused:
                SetDown(lease, "the DHCP server took the address back");
                break;
        }
    }

    public void Dispose()
    {
        foreach (HeldLease lease in _leases.Values)
        {
            lease.Dispose();
        }
    }

    private void SetDown(HeldLease lease, string why)
    {
        log($"{lease.Identity}: {why}, bringing interface DOWN");
        try
        {
            lease.Interface.SetDown();
        }
        catch (LinuxException e)
        {
            log($"{lease.Identity}: failed to bring {lease.Interface.Name} interface DOWN: {e.Message}");
        }

        Forget(lease);
    }

    private void Forget(HeldLease lease)
    {
        lease.Dispose();
        _leases.Remove(lease.Identity);
        store.Remove(lease.Identity);
    }

    // Not known is not gone.
    private static bool IsThere(HeldLease lease)
    {
        try
        {
            return lease.Interface.Exists();
        }
        catch (LinuxException)
        {
            return true;
        }
    }
}
