namespace Dataplane.Ipam;

public sealed partial class LeaseDirectory
{
    // How far back the mark lies: further than the coarsest clock a filesystem's times are taken from.
    private const long StampAge = 2 * UnixTime.Second;

    /// <summary>Gives up what a reboot or a crash left and brings the index up to date, if anything can have happened since the last use.</summary>
    private void Synchronize()
    {
        string? lastBoot = _side.ReadSymbolicLink(BootName);
        long stamp = _owners.Status().Modified;
        // A time of day is never a whole second, so two directories touched in one clock tick by a process that died then do not look marked.
        bool inStep = stamp % UnixTime.Second == 0 && stamp == _directory.Status().Modified;
        if (inStep && lastBoot == _boot.Id)
            return;

        _changed = true;
        LeaseBoot leasesFrom = lastBoot switch
        {
            _ when _keepAcrossBoot || lastBoot == _boot.Id => LeaseBoot.Current,
            null => LeaseBoot.Unknown,
            _ => inStep ? LeaseBoot.Earlier : LeaseBoot.Mixed,
        };
        Reconcile(leasesFrom, stamp);
        if (lastBoot != _boot.Id)
            _index.Replace(_side, BootName, _boot.Id);
    }

    /// <summary>Reads every lease, removes the dead ones and makes the index say what is left.</summary>
    /// <returns>How many were dead.</returns>
    private int Reconcile(LeaseBoot leasesFrom, long lastUse = 0)
    {
        List<(string Name, IpNumber Address, LeaseOwner Owner)> leases = [];
        int dead = 0;
        foreach (string name in _directory.List())
        {
            if (!IpNumber.TryParse(name, out IpNumber address))
                continue;
            LeaseKind kind = ReadLease(name, out LeaseOwner owner);
            // We hold the lock, so nobody is about to write into an empty file.
            if (kind == LeaseKind.Torn)
                dead += _directory.Unlink(name) ? 1 : 0;
            else if (kind == LeaseKind.Owned)
                leases.Add((name, address, owner));
        }

        if (leasesFrom == LeaseBoot.Unknown)
            leasesFrom = WereAllWrittenBeforeThisBoot(leases) ? LeaseBoot.Earlier : LeaseBoot.Current;
        Dictionary<LeaseOwner, List<IpNumber>> living = [];
        foreach ((string name, IpNumber address, LeaseOwner owner) in leases)
        {
            bool isDead = leasesFrom == LeaseBoot.Earlier || (leasesFrom == LeaseBoot.Mixed && IsOfLastUse(name, address, owner, lastUse));
            if (isDead)
            {
                dead += _directory.Unlink(name) ? 1 : 0;
                continue;
            }
            if (!living.TryGetValue(owner, out List<IpNumber>? addresses))
                living.Add(owner, addresses = []);
            addresses.Add(address);
        }
        _index.Rebuild(living);
        return dead;
    }

    /// <summary>
    /// A directory that only the reference has used does not say when. One lease that may be from this boot means that containers
    /// were started since, so all leases count as theirs until the next boot; only when every one is older is the boot over.
    /// </summary>
    private bool WereAllWrittenBeforeThisBoot(List<(string Name, IpNumber Address, LeaseOwner Owner)> leases)
    {
        if (leases.Count == 0 || _boot.EarliestStart is not { } start)
            return false;
        foreach ((string name, _, _) in leases)
        {
            if (_directory.StatusOf(name) is { } status && status.Modified >= start)
                return false;
        }
        return true;
    }

    /// <summary>
    /// Whether a lease is one we knew when we last used the directory. Somebody else may have written leases in this boot already,
    /// even for the same container and address (a fixed address): such a file is younger.
    /// </summary>
    private bool IsOfLastUse(string name, IpNumber address, LeaseOwner owner, long lastUse)
        => _index.Find(owner).Contains(address)
            && _directory.StatusOf(name) is { } status
            && status.Modified <= lastUse + StampAge + UnixTime.Second;

    private void Stamp()
    {
        if (_keepAcrossBoot)
            _directory.Sync();
        long stamp = (UnixTime.Now - StampAge) / UnixTime.Second * UnixTime.Second;
        _directory.SetModified(stamp);
        _owners.SetModified(stamp);
    }
}
