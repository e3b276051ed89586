using Dataplane.Interop;
using Dataplane.Netlink.Netfilter;

namespace Dataplane.Engine;

/// <summary>
/// Removes the reference's chains and rules from the tables of iptables-legacy. By the kernel's socket options and not by running
/// iptables-legacy: a node may have lost the executable, or have one of several under the name iptables; and the entries that stay go
/// back byte by byte, without being printed and parsed.
/// </summary>
internal static class LegacyChains
{
    private const int Attempts = 50;
    private const int LockAttempts = 500;
    private const int LockPause = 10; // ms

    /// <summary>Removes chains from the tables of both families.</summary>
    /// <param name="name">The table.</param>
    /// <param name="largest">Tables of more bytes are not read.</param>
    /// <param name="log">What is told.</param>
    /// <param name="chains">A table that has none of them is left as it is.</param>
    /// <param name="change">Takes them, or rules of theirs, out of a table; null, or why it could not, which is told.</param>
    public static void Remove(string name, int largest, ILog log, string[] chains, Func<LegacyTable, string?> change)
    {
        foreach (LegacyFamily family in (ReadOnlySpan<LegacyFamily>)[LegacyFamily.Ip, LegacyFamily.Ip6])
        {
            if (LegacyTables.IsPresent(family, name))
            {
                Leftovers.Guard(log, () => Remove(family, name, largest, log, chains, change));
            }
        }
    }

    /// <summary>Whether a table of either family satisfies a condition; one that names none of some chains does not.</summary>
    /// <param name="name">The table.</param>
    /// <param name="chains">The chains.</param>
    /// <param name="condition">The condition.</param>
    public static bool Any(string name, string[] chains, Predicate<LegacyTable> condition)
    {
        foreach (LegacyFamily family in (ReadOnlySpan<LegacyFamily>)[LegacyFamily.Ip, LegacyFamily.Ip6])
        {
            if (!LegacyTables.IsPresent(family, name))
            {
                continue;
            }

            using FileDescriptor socket = LegacyTables.Open(family);
            if (!LegacyTables.Names(socket, family, name, chains))
            {
                continue;
            }

            using LockedFile held = Lock();
            if (condition(LegacyTables.Read(socket, family, name)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>What is told of a chain that is not taken out.</summary>
    public static string Kept(string chain) => $"the reference plugins' nat chain {chain} is used by rules of somebody else, and stays";

    private static void Remove(LegacyFamily family, string name, int largest, ILog log, string[] chains, Func<LegacyTable, string?> change)
    {
        using FileDescriptor socket = LegacyTables.Open(family);
        if (LegacyTables.Size(socket, family, name) > largest)
        {
            log.Debug($"iptables-legacy's {name} table is too large to be searched at ADD; DEL does");
            return;
        }

        // Without the lock: nearly always there is nothing to change.
        if (!LegacyTables.Names(socket, family, name, chains))
        {
            return;
        }

        using LockedFile held = Lock();
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            LegacyTable table = LegacyTables.Read(socket, family, name);
            if (!Array.Exists(chains, table.Has))
            {
                return;
            }

            if (change(table) is { } kept)
            {
                log.Warn(kept);
                return;
            }

            if (!table.IsChanged)
            {
                return;
            }

            if (LegacyTables.TryReplace(socket, family, name, table))
            {
                log.Info($"removed what the reference plugins had in {name}'s chain {chains[0]} (iptables-legacy, {family.Name})");
                return;
            }
        }

        throw new LinuxException("replace iptables table", name, Errno.EAGAIN);
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
