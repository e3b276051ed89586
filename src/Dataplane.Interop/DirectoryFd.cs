using System.Runtime.InteropServices;
using System.Text;
using static Dataplane.Interop.DirectoryCalls;

namespace Dataplane.Interop;

/// <summary>
/// An open directory and what is done to the files in it, by name and relative to the descriptor, so that a directory that is
/// renamed or replaced meanwhile stays the one that was opened. Names with a slash are refused. Failures are
/// <see cref="LinuxException"/>s; what callers ask for ("is it there?") is a return value.
/// </summary>
public sealed unsafe class DirectoryFd : SafeHandle
{
    private const int ENOENT = 2;
    private const int EINTR = 4;
    private const int ENXIO = 6;
    private const int EEXIST = 17;
    private const int ENOTDIR = 20;
    private const int EISDIR = 21;
    private const int EINVAL = 22;
    private const int ENOSYS = 38;
    private const int ELOOP = 40;

    private DirectoryFd(int fd, string path)
        : base(-1, ownsHandle: true)
    {
        Path = path;
        SetHandle(fd);
    }

    /// <summary>The path it was opened by, for messages.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == -1;

    private int Fd => (int)handle;

    /// <summary>Opens a directory.</summary>
    /// <returns>Null when nothing has that name.</returns>
    public static DirectoryFd? TryOpen(string path)
    {
        NativePath.Require(path);
        return Open(AT_FDCWD, path, path, 0);
    }

    /// <summary>Opens a directory and makes it, and what is missing above it, when it does not exist (mkdir -p).</summary>
    /// <param name="path">The directory.</param>
    /// <param name="mode">Permission bits of what is made, before the umask.</param>
    public static DirectoryFd OpenOrCreate(string path, uint mode)
    {
        if (TryOpen(path) is { } existing)
            return existing;
        for (int slash = path.IndexOf('/', 1); slash > 0; slash = path.IndexOf('/', slash + 1))
            MakeDirectory(AT_FDCWD, path[..slash], path[..slash], mode);
        MakeDirectory(AT_FDCWD, path, path, mode);
        return TryOpen(path) ?? throw new LinuxException("open", path, ENOENT);
    }

    /// <summary>Opens a directory in this one; a symbolic link is refused.</summary>
    /// <returns>Null when nothing has that name.</returns>
    public DirectoryFd? TryOpenDirectory(string name) => Open(Fd, Checked(name), Under(name), O_NOFOLLOW);

    /// <summary>Opens a directory in this one and makes it when it does not exist.</summary>
    public DirectoryFd OpenOrCreateDirectory(string name, uint mode)
    {
        if (TryOpenDirectory(name) is { } existing)
            return existing;
        MakeDirectory(Fd, name, Under(name), mode);
        return TryOpenDirectory(name) ?? throw new LinuxException("open", Under(name), ENOENT);
    }

    /// <summary>Waits for the exclusive flock(2) of a file, which is made when it does not exist.</summary>
    /// <param name="name">The lock file.</param>
    /// <param name="mode">Its permission bits when it is made.</param>
    /// <returns>The holder: disposing it, or the end of the process, gives the lock up.</returns>
    public SafeHandle Lock(string name, uint mode)
    {
        while (true)
        {
            FileHandle file = OpenFile(name, O_RDONLY | O_CREAT, mode);
            while (flock(file.Fd, LOCK_EX) < 0)
            {
                int errno = Marshal.GetLastPInvokeError();
                if (errno == EINTR)
                    continue;
                file.Dispose();
                throw new LinuxException("flock", Under(name), errno);
            }
            // Whoever removed the file while we waited left us the lock of something nobody else can find.
            if (Status(file.Fd, "", AT_EMPTY_PATH, name) is { Links: > 0 })
                return file;
            file.Dispose();
        }
    }

    /// <summary>Reads the beginning of a file; a symbolic link is refused.</summary>
    /// <returns>The bytes read (less than the buffer: all there are), or -1 when nothing readable has that name.</returns>
    public int Read(string name, Span<byte> buffer)
    {
        // O_NONBLOCK: whoever opens a FIFO waits for its writer.
        int fd = openat(Fd, Checked(name), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0);
        if (fd < 0)
            return Marshal.GetLastPInvokeError() is ENOENT or ELOOP ? -1 : throw Failed("open", name);
        using FileHandle file = new(fd);
        int total = 0;
        fixed (byte* start = buffer)
        {
            while (total < buffer.Length)
            {
                nint n = read(fd, start + total, (nuint)(buffer.Length - total));
                if (n < 0 && Marshal.GetLastPInvokeError() == EINTR)
                    continue;
                if (n < 0)
                    return Marshal.GetLastPInvokeError() == EISDIR ? -1 : throw Failed("read", name);
                if (n == 0)
                    break;
                total += (int)n;
            }
        }
        return total;
    }

    /// <summary>Writes a file that did not exist; what a crashed writer left under that name is unlinked, never written through.</summary>
    /// <param name="name">The file.</param>
    /// <param name="content">All of its content.</param>
    /// <param name="mode">Its permission bits, before the umask.</param>
    /// <param name="sync">Whether to wait until the content is on the disk.</param>
    public void WriteNew(string name, ReadOnlySpan<byte> content, uint mode, bool sync)
    {
        const int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
        int fd = openat(Fd, Checked(name), flags, mode);
        if (fd < 0 && Marshal.GetLastPInvokeError() == EEXIST && Unlink(name))
            fd = openat(Fd, name, flags, mode);
        if (fd < 0)
            throw Failed("open", name);
        using FileHandle file = new(fd);
        WriteAll(fd, content, name, sync);
    }

    /// <summary>
    /// Writes a file's content anew in the place it has, and makes the file when it does not exist: for content that may be lost when the
    /// writer dies in the middle. Replacing a file by rename(2) makes ext4 send the new one's blocks to the disk before it returns
    /// (mount option auto_da_alloc); this does not.
    /// </summary>
    /// <param name="name">The file.</param>
    /// <param name="content">All of its content.</param>
    /// <param name="mode">Its permission bits when it is made, before the umask.</param>
    /// <param name="sync">Whether to wait until the content is on the disk.</param>
    /// <returns>False when it is not a file of this name alone (a link, a file with another name, a FIFO), which is not written through.</returns>
    public bool TryOverwrite(string name, ReadOnlySpan<byte> content, uint mode, bool sync)
    {
        int fd = openat(Fd, Checked(name), O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, mode);
        if (fd < 0)
            return Marshal.GetLastPInvokeError() is ELOOP or ENXIO ? false : throw Failed("open", name);
        using FileHandle file = new(fd);
        if (Status(fd, "", AT_EMPTY_PATH, name) is not { IsRegular: true, Links: 1 })
            return false;
        // The length first: the end of a longer content would be read as that of the new one.
        if (ftruncate(fd, content.Length) < 0)
            throw Failed("ftruncate", name);
        WriteAll(fd, content, name, sync);
        return true;
    }

    /// <summary>Moves a file of another directory here, in one step, unless the name is taken.</summary>
    /// <returns>False when the name is taken.</returns>
    public bool TryMoveFrom(DirectoryFd from, string name, string newName)
    {
        if (renameat2(from.Fd, Checked(name), Fd, Checked(newName), RENAME_NOREPLACE) == 0)
            return true;
        switch (Marshal.GetLastPInvokeError())
        {
            case EEXIST:
                return false;
            case EINVAL or ENOSYS when StatusOf(newName) is null:
                // A filesystem that cannot refuse by itself. Whoever makes files here holds the directory's lock.
                MoveFrom(from, name, newName);
                return true;
            case EINVAL or ENOSYS:
                return false;
            default:
                throw Failed("rename", newName);
        }
    }

    /// <summary>Moves a file of another directory here; what had the name is replaced.</summary>
    public void MoveFrom(DirectoryFd from, string name, string newName)
    {
        if (renameat(from.Fd, Checked(name), Fd, Checked(newName)) < 0)
            throw Failed("rename", newName);
    }

    /// <summary>Removes a file.</summary>
    /// <returns>False when nothing had that name.</returns>
    public bool Unlink(string name)
    {
        if (unlinkat(Fd, Checked(name), 0) == 0)
            return true;
        return Marshal.GetLastPInvokeError() == ENOENT ? false : throw Failed("unlink", name);
    }

    /// <summary>Makes a symbolic link, in one step complete.</summary>
    /// <returns>False when the name is taken.</returns>
    public bool TryCreateSymbolicLink(string target, string name)
    {
        if (symlinkat(target, Fd, Checked(name)) == 0)
            return true;
        return Marshal.GetLastPInvokeError() == EEXIST ? false : throw Failed("symlink", name);
    }

    /// <summary>Reads a symbolic link's target.</summary>
    /// <returns>Null when nothing has that name or it is no symbolic link.</returns>
    public string? ReadSymbolicLink(string name)
    {
        Span<byte> target = stackalloc byte[4096];
        fixed (byte* start = target)
        {
            nint length = readlinkat(Fd, Checked(name), start, (nuint)target.Length);
            if (length >= 0)
                return Encoding.UTF8.GetString(target[..(int)length]);
        }
        return Marshal.GetLastPInvokeError() is ENOENT or EINVAL ? null : throw Failed("readlink", name);
    }

    /// <summary>What statx(2) says about a file here; links are not followed.</summary>
    /// <returns>Null when nothing has that name.</returns>
    public FileStatus? StatusOf(string name) => Status(Fd, Checked(name), AT_SYMLINK_NOFOLLOW, name);

    /// <summary>What statx(2) says about this directory.</summary>
    public FileStatus Status() => Status(Fd, "", AT_EMPTY_PATH, null) ?? throw new LinuxException("statx", Path, ENOENT);

    /// <summary>Sets this directory's modification time.</summary>
    /// <param name="nanoseconds">Nanoseconds since the epoch.</param>
    public void SetModified(long nanoseconds)
    {
        Timespec* times = stackalloc Timespec[2];
        times[0].tv_nsec = (nint)UTIME_OMIT;
        times[1].tv_sec = (nint)(nanoseconds / 1_000_000_000);
        times[1].tv_nsec = (nint)(nanoseconds % 1_000_000_000);
        if (futimens(Fd, times) < 0)
            throw new LinuxException("utimensat", Path, Marshal.GetLastPInvokeError());
    }

    /// <summary>Waits until the names in this directory are on the disk.</summary>
    public void Sync()
    {
        if (fsync(Fd) < 0)
            throw new LinuxException("fsync", Path, Marshal.GetLastPInvokeError());
    }

    /// <summary>The names in this directory, "." and ".." left out, in no order.</summary>
    public List<string> List()
    {
        const int headerLength = 19;
        List<string> names = [];
        // A descriptor of its own: the position in a directory belongs to the open file.
        using DirectoryFd own = Open(Fd, ".", Path, 0) ?? throw new LinuxException("open", Path, ENOENT);
        byte[] buffer = new byte[32 * 1024];
        fixed (byte* start = buffer)
        {
            while (true)
            {
                nint filled = getdents64(own.Fd, start, (nuint)buffer.Length);
                if (filled < 0)
                    throw new LinuxException("getdents64", Path, Marshal.GetLastPInvokeError());
                if (filled == 0)
                    return names;
                for (int at = 0; at < filled;)
                {
                    // struct linux_dirent64: ino 8, off 8, reclen 2, type 1, the name and its NUL.
                    ushort recordLength = *(ushort*)(start + at + 16);
                    string name = Marshal.PtrToStringUTF8((nint)(start + at + headerLength))!;
                    if (name is not "." and not "..")
                        names.Add(name);
                    at += recordLength;
                }
            }
        }
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => close(Fd) == 0;

    private static DirectoryFd? Open(int dirfd, string name, string path, int flags)
    {
        int fd = openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | flags, 0);
        if (fd >= 0)
            return new DirectoryFd(fd, path);
        int errno = Marshal.GetLastPInvokeError();
        return errno == ENOENT ? null : throw new LinuxException("open", path, errno);
    }

    private static void MakeDirectory(int dirfd, string name, string path, uint mode)
    {
        if (mkdirat(dirfd, name, mode) < 0 && Marshal.GetLastPInvokeError() is int errno and not EEXIST)
            throw new LinuxException("mkdir", path, errno);
    }

    // Of the file called subject, or of the directory itself (null), as errors say it.
    private FileStatus? Status(int fd, string name, int flags, string? subject)
    {
        Statx status;
        if (statx(fd, name, flags, STATX_BASIC_STATS | STATX_BTIME, &status) < 0)
        {
            int errno = Marshal.GetLastPInvokeError();
            return errno is ENOENT or ENOTDIR ? null : throw new LinuxException("statx", subject is null ? Path : Under(subject), errno);
        }
        long? born = (status.stx_mask & STATX_BTIME) != 0 ? status.stx_btime.Nanoseconds : null;
        bool isRegular = (status.stx_mode & 0xf000) == 0x8000;
        return new FileStatus(status.stx_mtime.Nanoseconds, born, status.stx_size, status.stx_nlink, isRegular);
    }

    private FileHandle OpenFile(string name, int flags, uint mode)
    {
        int fd = openat(Fd, Checked(name), flags | O_CLOEXEC, mode);
        return fd >= 0 ? new FileHandle(fd) : throw Failed("open", name);
    }

    private void WriteAll(int fd, ReadOnlySpan<byte> content, string name, bool sync)
    {
        fixed (byte* start = content)
        {
            for (int total = 0; total < content.Length;)
            {
                nint n = write(fd, start + total, (nuint)(content.Length - total));
                if (n < 0 && Marshal.GetLastPInvokeError() != EINTR)
                    throw Failed("write", name);
                total += Math.Max((int)n, 0);
            }
        }
        if (sync && fsync(fd) < 0)
            throw Failed("fsync", name);
    }

    private static string Checked(string name) => name.Length > 0 && name is not "." and not ".." && !name.AsSpan().ContainsAny('/', '\0')
        ? name : throw new ArgumentException($"\"{name}\" is not a file name");

    private string Under(string name) => $"{Path}/{name}";

    private LinuxException Failed(string operation, string name) => new(operation, Under(name), Marshal.GetLastPInvokeError());

    private sealed class FileHandle : SafeHandle
    {
        internal FileHandle(int fd)
            : base(-1, ownsHandle: true) => SetHandle(fd);

        internal int Fd => (int)handle;

        public override bool IsInvalid => handle == -1;

        protected override bool ReleaseHandle() => close((int)handle) == 0;
    }
}
