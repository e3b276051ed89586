using System.Text;
using Dataplane.Cni;
using Dataplane.Interop;

namespace Dataplane.Dhcp;

/// <summary>The files that leases are kept in, one each: a daemon that is started again goes on with them. A file is whole or not there.</summary>
public sealed class LeaseStore : IDisposable
{
    private const string Suffix = ".json";
    private const string Unfinished = ".new";
    private const int LongestFile = 65536;
    private readonly DirectoryFd _directory;
    private readonly LockedFile _lock;

    private LeaseStore(DirectoryFd directory, LockedFile held, string boot)
    {
        _directory = directory;
        _lock = held;
        Boot = boot;
    }

    /// <summary>The kernel's id of this boot.</summary>
    public string Boot { get; }

    /// <summary>Opens a directory for one daemon alone, and makes it when it does not exist.</summary>
    /// <param name="path">The directory.</param>
    /// <exception cref="DhcpException">Another daemon has it.</exception>
    /// <exception cref="LinuxException">It cannot be made.</exception>
    public static LeaseStore Open(string path)
    {
        DirectoryFd directory = DirectoryFd.OpenOrCreate(path, 0b111_000_000);
        try
        {
            LockedFile held = LockedFile.OpenUnlocked($"{path}/lock", 0b110_000_000) ?? throw new DhcpException($"another DHCP daemon keeps its leases in {path}");
            return new LeaseStore(directory, held, ReadBoot());
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    /// <summary>The leases of this boot. What is of another boot, or is no lease, is removed: nobody will ask for it.</summary>
    public List<LeaseRecord> Load()
    {
        List<LeaseRecord> records = [];
        foreach (string name in _directory.List())
        {
            if (name.EndsWith(Unfinished, StringComparison.Ordinal))
            {
                _directory.Unlink(name);
            }
            else if (name.EndsWith(Suffix, StringComparison.Ordinal))
            {
                if (Read(name) is { Version: LeaseRecord.CurrentVersion } record && record.Boot == Boot && NameOf(Identity(record)) == name)
                {
                    records.Add(record);
                }
                else
                {
                    _directory.Unlink(name);
                }
            }
        }

        return records;
    }

    /// <summary>Keeps a lease: when this returns it outlives the process.</summary>
    /// <param name="record">The lease.</param>
    /// <exception cref="LinuxException">It cannot be written.</exception>
    public void Save(LeaseRecord record)
    {
        string name = NameOf(Identity(record));
        _directory.WriteNew(name + Unfinished, LeaseJson.Write(record), 0b110_000_000, sync: true);
        _directory.MoveFrom(_directory, name + Unfinished, name);
        _directory.Sync();
    }

    /// <summary>Forgets a lease.</summary>
    /// <param name="identity">Whose it was.</param>
    public void Remove(ClientIdentity identity) => _directory.Unlink(NameOf(identity));

    /// <inheritdoc/>
    public void Dispose()
    {
        _lock.Dispose();
        _directory.Dispose();
    }

    private static ClientIdentity Identity(LeaseRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return new ClientIdentity(record.ContainerId, record.Network, record.IfName);
    }

    // Ids have any length, and slashes between them.
    private static string NameOf(ClientIdentity identity)
    {
        byte[] hash = Sha256.Hash(Encoding.UTF8.GetBytes(identity.ToString()));
        return Convert.ToHexStringLower(hash.AsSpan(0, 16)) + Suffix;
    }

    private LeaseRecord? Read(string name)
    {
        byte[] text = new byte[LongestFile];
        int length = _directory.Read(name, text);
        try
        {
            return length > 0 ? LeaseJson.Read(text.AsMemory(0, length)) : null;
        }
        catch (CniException)
        {
            return null;
        }
    }

    private static string ReadBoot() => File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
}
