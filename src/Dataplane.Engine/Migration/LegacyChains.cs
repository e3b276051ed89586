using Dataplane.Interop;
using Dataplane.Netlink.Netfilter;

namespace Dataplane.Engine;

/// <summary>
/// Removes the reference's chains from the nat tables of iptables-legacy. By the kernel's socket options and not by running
/// iptables-legacy: a node may have lost the executable, or have one of several under the name iptables; and the entries that stay go
/// back byte by byte, without being printed and parsed.
/// </summary>
internal static class LegacyChains
{
    private const string Table = "nat";
    private const int Attempts = 50;
    private const int LockAttempts = 500;
    private const int LockPause = 10; // ms

    /// <summary>Removes chains from the tables of both families.</summary>
    /// <param name="largest">Tables of more bytes are not read.</param>
    /// <param name="log">What is told.</param>
    /// <param name="chains">A table that has none of them is left as it is.</param>
    /// <param name="change">Takes them out of a table; false when they cannot be.</param>
    public static void Remove(int largest, ILog log, string[] chains, Func<LegacyTable, bool> change)
    {
        foreach (LegacyFamily family in (ReadOnlySpan<LegacyFamily>)[LegacyFamily.Ip, LegacyFamily.Ip6])
        {
            if (LegacyTables.IsPresent(family, Table))
            {
                Leftovers.Guard(log, () => Remove(family, largest, log, chains, change));
            }
        }
    }

    private static void Remove(LegacyFamily family, int largest, ILog log, string[] chains, Func<LegacyTable, bool> change)
    {
        using FileDescriptor socket = LegacyTables.Open(family);
        if (LegacyTables.Size(socket, family, Table) > largest)
        {
            log.Debug("iptables-legacy's nat table is too large to be searched at ADD; DEL does");
            return;
        }

        // Without the lock: nearly always there is nothing to change.
        if (!LegacyTables.Names(socket, family, Table, chains))
        {
            return;
        }

        using LockedFile held = Lock();
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            LegacyTable table = LegacyTables.Read(socket, family, Table);
            if (!Array.Exists(chains, table.Has))
            {
                return;
            }

            if (!change(table))
            {
                log.Warn(string.Concat("the reference plugins' nat chain ", chains[0], " is used by rules of somebody else, and stays"));
                return;
            }

            if (LegacyTables.TryReplace(socket, family, Table, table))
            {
                log.Info(string.Concat("removed the reference plugins' nat chain ", chains[0], " (iptables-legacy, ", family.Name, ")"));
                return;
            }
        }

        throw new LinuxException("replace iptables table", Table, Errno.EAGAIN);
    }

    /// <summary>iptables' lock. Somebody who keeps it must not keep a container from ending: after five seconds the next DEL has to do.</summary>
    private static LockedFile Lock()
    {
        for (int attempt = 0; attempt < LockAttempts; attempt++)
        {
            if (LockedFile.TryOpenUnlocked(LegacyTables.LockFile) is { } held)
            {
                return held;
            }

            if (!File.Exists(LegacyTables.LockFile))
            {
                return LockedFile.Open(LegacyTables.LockFile, 0x180);
            }

            Thread.Sleep(LockPause);
        }

        throw new LinuxException("flock", LegacyTables.LockFile, Errno.EAGAIN);
    }
}
