using System.Runtime.InteropServices;
using System.Text;
using Dataplane.Interop;

namespace Dataplane.Netlink.Netfilter;

/// <summary>
/// The tables of iptables-legacy, through the socket options that iptables-legacy itself uses: IPT_SO_GET_INFO, GET_ENTRIES, SET_REPLACE,
/// ADD_COUNTERS. A table is read and replaced as a whole; iptables keeps its own changes apart by a lock file, and so does this.
/// </summary>
public static unsafe class LegacyTables
{
    /// <summary>Where iptables keeps its lock, XT_LOCK_NAME.</summary>
    public const string LockFile = "/run/xtables.lock";

    private const int GetInfo = 64;
    private const int GetEntries = 65;
    private const int SetReplace = 64;
    private const int AddCounters = 65;
    private const int NameLength = 32;
    private const int IPPROTO_RAW = 255;

    // struct ipt_getinfo: name, valid_hooks, hook_entry[5], underflow[5], num_entries, size. struct ipt_replace: name, valid_hooks, num_entries,
    // size, hook_entry[5], underflow[5], num_counters, a pointer, the entries. struct xt_counters_info: name, num_counters, 16 bytes each.
    private const int InfoLength = 84;
    private const int EntriesHeader = 40;
    private const int ReplaceHeader = 96;
    private const int CountersHeader = 40;
    private const int Counter = 16;
    private const int Attempts = 100;

    /// <summary>Whether this namespace has the table: the kernel lists those that somebody asked for. Asking for another would make it.</summary>
    /// <param name="family">The family.</param>
    /// <param name="table">The table.</param>
    public static bool IsPresent(LegacyFamily family, string table)
    {
        ArgumentNullException.ThrowIfNull(family);
        int fd = LibC.open("/proc/thread-self/net/" + family.NamesFile, LibC.O_RDONLY | LibC.O_CLOEXEC);
        if (fd < 0)
        {
            return false;
        }

        using var file = new FileDescriptor(fd);
        byte* buffer = stackalloc byte[512];
        nint length = LibC.read(fd, buffer, 512);
        foreach (Range line in length <= 0 ? default : new ReadOnlySpan<byte>(buffer, (int)length).Split((byte)'\n'))
        {
            if (Encoding.ASCII.GetString(new ReadOnlySpan<byte>(buffer, (int)length)[line]) == table)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Opens the socket that tables are read and replaced through, in the calling thread's namespace.</summary>
    /// <param name="family">The family.</param>
    /// <exception cref="LinuxException">socket(2) fails.</exception>
    public static FileDescriptor Open(LegacyFamily family)
    {
        ArgumentNullException.ThrowIfNull(family);
        int fd = LibC.socket(family.AddressFamily, LibC.SOCK_RAW | LibC.SOCK_CLOEXEC, IPPROTO_RAW);
        return fd >= 0 ? new FileDescriptor(fd) : throw new LinuxException("socket", "SOCK_RAW", Marshal.GetLastPInvokeError());
    }

    /// <summary>How many bytes a table has: what reading it costs.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="family">Its family.</param>
    /// <param name="table">The table.</param>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public static int Size(FileDescriptor socket, LegacyFamily family, string table)
    {
        Span<byte> info = stackalloc byte[InfoLength];
        Info(socket, family, table, info);
        return MemoryMarshal.Read<int>(info[80..]);
    }

    /// <summary>
    /// Whether a table names one of some chains. Needs no lock: whoever replaces the table meanwhile, an answer is of the table before
    /// or after.
    /// </summary>
    /// <param name="socket">The socket.</param>
    /// <param name="family">Its family.</param>
    /// <param name="table">The table.</param>
    /// <param name="chains">The chains.</param>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public static bool Names(FileDescriptor socket, LegacyFamily family, string table, params ReadOnlySpan<string> chains)
    {
        ReadOnlySpan<byte> entries = Entries(socket, family, table, stackalloc byte[InfoLength]);
        foreach (string chain in chains)
        {
            if (entries.IndexOf(Encoding.ASCII.GetBytes(chain + "\0")) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Reads a table, under iptables' lock: the kernel gives where the hooks begin and the entries in two answers, and only the lock
    /// keeps iptables from replacing the table between them by another one of the same size.
    /// </summary>
    /// <param name="socket">The socket.</param>
    /// <param name="family">Its family.</param>
    /// <param name="table">The table.</param>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    /// <exception cref="FormatException">It is not a table.</exception>
    public static LegacyTable Read(FileDescriptor socket, LegacyFamily family, string table)
    {
        Span<byte> info = stackalloc byte[InfoLength];
        byte[] entries = Entries(socket, family, table, info).ToArray();
        ReadOnlySpan<uint> numbers = MemoryMarshal.Cast<byte, uint>(info[NameLength..]);
        return new LegacyTable(family, numbers[0], numbers.Slice(1, 5), numbers.Slice(6, 5), entries);
    }

    /// <summary>Puts a changed table in the place of the one it was read from, under iptables' lock. What the rules counted is kept.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="family">Its family.</param>
    /// <param name="table">The table's name.</param>
    /// <param name="changed">The table.</param>
    /// <returns>False when somebody else replaced it meanwhile.</returns>
    /// <exception cref="LinuxException">The kernel refused; nothing was changed.</exception>
    public static bool TryReplace(FileDescriptor socket, LegacyFamily family, string table, LegacyTable changed)
    {
        ArgumentNullException.ThrowIfNull(socket);
        ArgumentNullException.ThrowIfNull(family);
        ArgumentNullException.ThrowIfNull(changed);
        Span<uint> hooks = stackalloc uint[LegacyTable.Hooks];
        Span<uint> underflows = stackalloc uint[LegacyTable.Hooks];
        byte[] entries = changed.Write(hooks, underflows);
        byte[] counters = new byte[changed.Count * Counter];
        byte[] request = new byte[ReplaceHeader + entries.Length];
        Encoding.ASCII.GetBytes(table, request);
        Span<uint> numbers = MemoryMarshal.Cast<byte, uint>(request.AsSpan(NameLength, ReplaceHeader - NameLength));
        numbers[0] = changed.ValidHooks;
        numbers[1] = (uint)changed.CountLeft;
        numbers[2] = (uint)entries.Length;
        hooks.CopyTo(numbers[3..]);
        underflows.CopyTo(numbers[8..]);
        numbers[13] = (uint)changed.Count;
        entries.CopyTo(request.AsSpan(ReplaceHeader));
        fixed (byte* bytes = request, old = counters)
        {
            MemoryMarshal.Write(request.AsSpan(88), (ulong)old);
            if (LibC.setsockopt(socket.Number, family.Level, SetReplace, bytes, (uint)request.Length) < 0)
            {
                return Marshal.GetLastPInvokeError() is var errno && errno == Errno.EAGAIN ? false : throw new LinuxException("replace iptables table", table, errno);
            }
        }

        RestoreCounters(socket, family, table, changed, counters);
        return true;
    }

    /// <summary>The new table counts from 0, and the kernel gave what the old one had counted: that is added, as iptables does.</summary>
    private static void RestoreCounters(FileDescriptor socket, LegacyFamily family, string table, LegacyTable changed, ReadOnlySpan<byte> old)
    {
        byte[] request = new byte[CountersHeader + (changed.CountLeft * Counter)];
        Encoding.ASCII.GetBytes(table, request);
        MemoryMarshal.Write(request.AsSpan(NameLength), changed.CountLeft);
        int to = CountersHeader;
        for (int i = 0; i < changed.Count; i++)
        {
            if (changed.IsLeft(i))
            {
                old.Slice(i * Counter, Counter).CopyTo(request.AsSpan(to));
                to += Counter;
            }
        }

        fixed (byte* bytes = request)
        {
            // The rules are right whether or not this works: only what iptables -v shows would be less.
            _ = LibC.setsockopt(socket.Number, family.Level, AddCounters, bytes, (uint)request.Length);
        }
    }

    /// <summary>The entries of a table, and its IPT_SO_GET_INFO.</summary>
    private static ReadOnlySpan<byte> Entries(FileDescriptor socket, LegacyFamily family, string table, Span<byte> info)
    {
        ArgumentNullException.ThrowIfNull(socket);
        ArgumentNullException.ThrowIfNull(family);
        for (int attempt = 1; ; attempt++)
        {
            Info(socket, family, table, info);
            int size = MemoryMarshal.Read<int>(info[80..]);
            byte[] answer = new byte[EntriesHeader + size];
            Encoding.ASCII.GetBytes(table, answer);
            MemoryMarshal.Write(answer.AsSpan(NameLength), size);
            uint length = (uint)answer.Length;
            fixed (byte* bytes = answer)
            {
                if (LibC.getsockopt(socket.Number, family.Level, GetEntries, bytes, &length) >= 0)
                {
                    return answer.AsSpan(EntriesHeader);
                }
            }

            // EAGAIN: the table has another size by now, somebody replaced it since the question before.
            int errno = Marshal.GetLastPInvokeError();
            if (errno != Errno.EAGAIN || attempt == Attempts)
            {
                throw new LinuxException("read iptables table", table, errno);
            }
        }
    }

    private static void Info(FileDescriptor socket, LegacyFamily family, string table, Span<byte> info)
    {
        info.Clear();
        Encoding.ASCII.GetBytes(table, info);
        uint length = InfoLength;
        fixed (byte* bytes = info)
        {
            if (LibC.getsockopt(socket.Number, family.Level, GetInfo, bytes, &length) < 0)
            {
                throw new LinuxException("look at iptables table", table, Marshal.GetLastPInvokeError());
            }
        }
    }
}
