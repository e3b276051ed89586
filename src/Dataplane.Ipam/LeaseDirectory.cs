using System.Runtime.InteropServices;
using System.Text;
using Dataplane.Interop;

namespace Dataplane.Ipam;

/// <summary>
/// A network's leases in the reference host-local plugin's on-disk format, held under its lock for as long as this object lives:
/// a file per address that names its owner, <c>last_reserved_ip.N</c> per pool, <c>lock</c>. Both implementations can use one
/// directory in turn. What the reference does not have is under <c>.dataplane</c>, in forms it never reads as a lease:
/// <list type="bullet">
/// <item><c>owners/</c>: the <see cref="OwnerIndex"/>, so that finding an owner's addresses does not read every lease;</item>
/// <item><c>boot</c>, a symbolic link to the boot id of the last use, so that leases of an earlier boot are given up;</item>
/// <item><c>new</c>, while a lease is being written: it appears complete, by rename(2), or not at all.</item>
/// </list>
/// <para>
/// Whether somebody else changed leases since we did is told by modification times: the last thing done under the lock is to set
/// those of the directory and of <c>owners</c> to one value, a whole second some seconds ago. Whoever makes or removes a file
/// after that, and whoever died before it, leaves another. Then every lease is read once and the index brought up to date.
/// </para>
/// <para>
/// Nothing is synced to the disk unless leases are kept across boots: a power loss ends the containers too, and what it leaves of
/// a file (nothing, NULs) is recognised as such.
/// </para>
/// </summary>
public sealed partial class LeaseDirectory : ILeaseStore, IDisposable
{
    private const string SideName = ".dataplane";
    private const string OwnersName = "owners";
    private const string BootName = "boot";
    private const string TemporaryName = "new";
    private const string LockName = "lock";
    private const string LastReservedPrefix = "last_reserved_ip.";
    private const uint DirectoryMode = 0x1ed; // 0755
    private const uint SideMode = 0x1c0; // 0700
    private const uint FileMode = 0x180; // 0600
    private const uint LockMode = 0x1e8; // 0750, as the reference's

    private readonly DirectoryFd _directory;
    private readonly SafeHandle _lock;
    private readonly DirectoryFd _side;
    private readonly DirectoryFd _owners;
    private readonly OwnerIndex _index;
    private readonly bool _keepAcrossBoot;
    private readonly BootIdentity _boot;
    private bool _changed;

    private LeaseDirectory(DirectoryFd directory, SafeHandle @lock, bool keepAcrossBoot, BootIdentity boot)
    {
        _directory = directory;
        _lock = @lock;
        _keepAcrossBoot = keepAcrossBoot;
        _boot = boot;
        _side = directory.OpenOrCreateDirectory(SideName, SideMode);
        _owners = _side.OpenOrCreateDirectory(OwnersName, SideMode);
        _index = new OwnerIndex(_side, _owners);
    }

    /// <summary>Opens a network's directory, made when it does not exist, and waits for its lock.</summary>
    /// <param name="dataDir">Where the directories of networks are: <c>/var/lib/cni/networks</c>.</param>
    /// <param name="network">The network's name.</param>
    /// <param name="keepAcrossBoot">Whether leases of an earlier boot stay valid.</param>
    /// <param name="boot">The boot this is; null for the machine's own.</param>
    /// <exception cref="LinuxException">The directory cannot be used.</exception>
    /// <exception cref="ArgumentException">The network's name is not a file name.</exception>
    public static LeaseDirectory Open(string dataDir, string network, bool keepAcrossBoot = false, BootIdentity? boot = null)
        => Open(DirectoryFd.OpenOrCreate(PathOf(dataDir, network), DirectoryMode), keepAcrossBoot, boot);

    /// <summary>The same, but a directory that does not exist is not made.</summary>
    /// <returns>Null when the network has no directory, so no leases.</returns>
    /// <inheritdoc cref="Open(string, string, bool, BootIdentity?)"/>
    public static LeaseDirectory? TryOpen(string dataDir, string network, bool keepAcrossBoot = false, BootIdentity? boot = null)
        => DirectoryFd.TryOpen(PathOf(dataDir, network)) is { } directory ? Open(directory, keepAcrossBoot, boot) : null;

    /// <inheritdoc/>
    public IpNumber? LastReserved(int setIndex)
    {
        Span<byte> text = stackalloc byte[64];
        int length = _directory.Read(LastReservedName(setIndex), text);
        return length > 0 && IpNumber.TryParse(Encoding.UTF8.GetString(text[..length]), out IpNumber last) ? last : null;
    }

    /// <inheritdoc/>
    public bool TryReserve(LeaseOwner owner, IpNumber address, int setIndex)
    {
        RequireName(owner);
        string name = address.ToString();
        if (_directory.StatusOf(name) is not null)
            return false;

        _changed = true;
        List<IpNumber> addresses = _index.Find(owner);
        if (!addresses.Contains(address))
            addresses.Add(address);
        _index.Write(owner, addresses);
        _side.WriteNew(TemporaryName, LeaseContent.Format(owner), FileMode, sync: _keepAcrossBoot);
        if (!_directory.TryMoveFrom(_side, TemporaryName, name))
            return false;

        try
        {
            RememberReserved(Encoding.ASCII.GetBytes(name), LastReservedName(setIndex));
        }
        catch
        {
            // A disk that is full: the caller never hears of this address.
            _directory.Unlink(name);
            throw;
        }
        return true;
    }

    /// <inheritdoc/>
    public IReadOnlyList<IpNumber> FindByOwner(LeaseOwner owner)
    {
        RequireName(owner);
        List<IpNumber> held = [];
        AddHeld(owner, held);
        if (!owner.IsLegacy)
            AddHeld(owner with { IfName = "" }, held);
        // The order in which the reference finds the files.
        held.Sort(static (a, b) => string.CompareOrdinal(a.ToString(), b.ToString()));
        return held;
    }

    /// <summary>Gives up every address of an owner, or, when it has none, those recorded for its container alone.</summary>
    /// <returns>How many addresses became free.</returns>
    public int Release(LeaseOwner owner)
    {
        RequireName(owner);
        int released = ReleaseExactly(owner);
        return released > 0 || owner.IsLegacy ? released : ReleaseExactly(owner with { IfName = "" });
    }

    /// <summary>Gives up the leases of every owner that is not among the living.</summary>
    /// <param name="isValid">
    /// Whether an owner lives. An owner of no known interface (<see cref="LeaseOwner.IsLegacy"/>) lives as long as any of its container's does.
    /// </param>
    /// <returns>How many addresses became free.</returns>
    /// <exception cref="LinuxException">An address could not be given up; the others were, all the same.</exception>
    public int Collect(Func<LeaseOwner, bool> isValid)
    {
        int released = 0;
        LinuxException? first = null;
        foreach ((LeaseOwner? named, IReadOnlyList<IpNumber> addresses) in _index.All())
        {
            if (named is { } owner && !isValid(owner))
                Give(owner);
            foreach (IpNumber address in addresses)
            {
                if (ReadLease(address.ToString(), out LeaseOwner holder) == LeaseKind.Owned && !isValid(holder))
                    Give(holder);
            }
        }
        return first is null ? released : throw first;

        void Give(LeaseOwner owner)
        {
            try
            {
                released += ReleaseExactly(owner);
            }
            catch (LinuxException e)
            {
                first ??= e;
            }
        }
    }

    /// <summary>How many addresses of a pool are taken.</summary>
    public UInt128 CountLeases(RangeSet set)
    {
        UInt128 count = UInt128.Zero;
        foreach (string name in _directory.List())
        {
            if (IpNumber.TryParse(name, out IpNumber address) && set.TryFindRange(address, out IpRange? range) && address != range.Gateway)
                count++;
        }
        return count;
    }

    /// <inheritdoc/>
    public bool ReclaimDead()
    {
        _changed = true;
        return Reconcile(LeaseBoot.Current) > 0;
    }

    /// <inheritdoc/>
    public string Describe(IpNumber address) => ReadLease(address.ToString(), out LeaseOwner owner) switch
    {
        LeaseKind.Absent => "",
        LeaseKind.Owned when owner.IsLegacy => $"{_directory.Path}/{address} names container {owner.ContainerId}",
        LeaseKind.Owned => $"{_directory.Path}/{address} names container {owner.ContainerId}, interface {owner.IfName}",
        _ => $"{_directory.Path}/{address} names no container",
    };

    /// <summary>Marks the directory as ours and gives the lock up.</summary>
    public void Dispose()
    {
        try
        {
            if (_changed)
                Stamp();
        }
        catch (LinuxException)
        {
            // Without the mark the next use reads every lease; nothing else is lost.
        }
        finally
        {
            Close();
        }
    }

    private static LeaseDirectory Open(DirectoryFd directory, bool keepAcrossBoot, BootIdentity? boot)
    {
        SafeHandle? held = null;
        LeaseDirectory? leases = null;
        try
        {
            held = directory.Lock(LockName, LockMode);
            leases = new LeaseDirectory(directory, held, keepAcrossBoot, boot ?? BootIdentity.ReadCurrent());
            leases.Synchronize();
            return leases;
        }
        catch
        {
            // Not Dispose: what could not be brought up to date must not be marked as if it were.
            leases?.Close();
            held?.Dispose();
            directory.Dispose();
            throw;
        }
    }

    private static string PathOf(string dataDir, string network)
        => network is "" or "." or ".." || network.AsSpan().ContainsAny('/', '\0')
            ? throw new ArgumentException($"network name \"{network}\" is not a file name", nameof(network))
            : $"{(dataDir.Length > 1 ? dataDir.TrimEnd('/') : dataDir)}/{network}";

    private static string LastReservedName(int setIndex) => LastReservedPrefix + setIndex;

    private static void RequireName(LeaseOwner owner)
    {
        if (!LeaseContent.IsName(owner.ContainerId) || !(owner.IsLegacy || LeaseContent.IsName(owner.IfName)))
            throw new ArgumentException($"\"{owner}\" cannot own a lease: a container id and an interface name have no white space, / or :");
    }

    private void AddHeld(LeaseOwner owner, List<IpNumber> held)
    {
        foreach (IpNumber address in _index.Find(owner))
        {
            if (ReadLease(address.ToString(), out LeaseOwner holder) == LeaseKind.Owned && holder == owner)
                held.Add(address);
        }
    }

    // A hint where to look first next time, which may be lost: spared the rename(2).
    private void RememberReserved(ReadOnlySpan<byte> address, string name)
    {
        if (_directory.TryOverwrite(name, address, FileMode, sync: _keepAcrossBoot))
            return;
        _side.WriteNew(TemporaryName, address, FileMode, sync: _keepAcrossBoot);
        _directory.MoveFrom(_side, TemporaryName, name);
    }

    private int ReleaseExactly(LeaseOwner owner)
    {
        List<IpNumber> hinted = _index.Find(owner);
        if (hinted.Count == 0)
            return 0;
        _changed = true;
        int released = 0;
        foreach (IpNumber address in hinted)
        {
            string name = address.ToString();
            if (ReadLease(name, out LeaseOwner holder) == LeaseKind.Owned && holder == owner && _directory.Unlink(name))
                released++;
        }
        _index.Remove(owner);
        return released;
    }

    private LeaseKind ReadLease(string name, out LeaseOwner owner)
    {
        Span<byte> content = stackalloc byte[LeaseContent.MaxLength];
        int length = _directory.Read(name, content);
        owner = default;
        return length < 0 ? LeaseKind.Absent : LeaseContent.Parse(content[..length], out owner);
    }

    private void Close()
    {
        _owners.Dispose();
        _side.Dispose();
        _lock.Dispose();
        _directory.Dispose();
    }
}
