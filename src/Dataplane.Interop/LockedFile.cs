using System.Runtime.InteropServices;
using static Dataplane.Interop.DirectoryCalls;

namespace Dataplane.Interop;

/// <summary>
/// A file that is open under its exclusive flock(2): nobody else who opens it this way reads or writes it meanwhile. Disposing it,
/// or the end of the process in whatever way, gives the lock up. Reads are from the beginning, writes go to the end.
/// </summary>
public sealed unsafe class LockedFile : SafeHandle
{
    private const int EINTR = 4;
    private const int ENOENT = 2;
    private const int EWOULDBLOCK = 11;
    private const int O_RDWR = 2;
    private const int O_APPEND = 0x400;
    private const int LOCK_NB = 4;

    private LockedFile(int fd, string path)
        : base(-1, ownsHandle: true)
    {
        Path = path;
        SetHandle(fd);
    }

    /// <summary>The path it was opened by.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == -1;

    private int Fd => (int)handle;

    /// <summary>Opens a file, makes it when it is missing, and waits for its lock.</summary>
    /// <param name="path">The file; its directory exists.</param>
    /// <param name="mode">Permission bits when it is made.</param>
    /// <exception cref="LinuxException">It cannot be opened.</exception>
    public static LockedFile Open(string path, uint mode) => Open(path, O_CREAT, mode, 0)!;

    /// <summary>Opens a file that exists and waits for its lock.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Null when nothing has that name.</returns>
    /// <exception cref="LinuxException">It cannot be opened.</exception>
    public static LockedFile? TryOpen(string path) => Open(path, 0, 0, 0);

    /// <summary>Opens a file that exists unless somebody holds its lock.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Null when nothing has that name or somebody holds the lock.</returns>
    /// <exception cref="LinuxException">It cannot be opened.</exception>
    public static LockedFile? TryOpenUnlocked(string path) => Open(path, 0, 0, LOCK_NB);

    /// <summary>Opens a file, and makes it when it is missing, unless somebody holds its lock.</summary>
    /// <param name="path">The file; its directory exists.</param>
    /// <param name="mode">Permission bits when it is made.</param>
    /// <returns>Null when somebody holds the lock.</returns>
    /// <exception cref="LinuxException">It cannot be opened.</exception>
    public static LockedFile? OpenUnlocked(string path, uint mode) => Open(path, O_CREAT, mode, LOCK_NB);

    /// <summary>All of its content.</summary>
    /// <exception cref="LinuxException">It cannot be read.</exception>
    public byte[] ReadAll()
    {
        byte[] buffer = new byte[1024];
        int length = 0;
        while (true)
        {
            nint n;
            fixed (byte* start = buffer)
            {
                n = pread(Fd, start + length, (nuint)(buffer.Length - length), length);
            }

            if (n < 0)
            {
                throw Failed("read");
            }

            if (n == 0)
            {
                return buffer.AsSpan(0, length).ToArray();
            }

            length += (int)n;
            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, length * 2);
            }
        }
    }

    /// <summary>Adds to its end, in one write.</summary>
    /// <param name="text">What is added.</param>
    /// <exception cref="LinuxException">Not all of it could be written.</exception>
    public void Append(ReadOnlySpan<byte> text)
    {
        fixed (byte* start = text)
        {
            nint n;
            do
            {
                n = write(Fd, start, (nuint)text.Length);
            }
            while (n < 0 && Marshal.GetLastPInvokeError() == EINTR);
            if (n != text.Length)
            {
                throw n < 0 ? Failed("write") : new LinuxException("write", Path, 28 /* ENOSPC: the rest did not fit */);
            }
        }
    }

    /// <summary>Removes its content.</summary>
    /// <exception cref="LinuxException">It cannot be truncated.</exception>
    public void Clear()
    {
        if (ftruncate(Fd, 0) < 0)
        {
            throw Failed("ftruncate");
        }
    }

    /// <summary>Removes its name. Whoever waits for the lock notices and looks again.</summary>
    /// <exception cref="LinuxException">It cannot be removed.</exception>
    public void Remove()
    {
        if (unlinkat(AT_FDCWD, Path, 0) < 0 && Marshal.GetLastPInvokeError() != ENOENT)
        {
            throw Failed("unlink");
        }
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => close((int)handle) == 0;

    private static LockedFile? Open(string path, int create, uint mode, int wait)
    {
        NativePath.Require(path);
        while (true)
        {
            int fd = openat(AT_FDCWD, path, O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW | create, mode);
            if (fd < 0)
            {
                int errno = Marshal.GetLastPInvokeError();
                return errno == ENOENT && create == 0 ? null : throw new LinuxException("open", path, errno);
            }

            var file = new LockedFile(fd, path);
            while (flock(fd, LOCK_EX | wait) < 0)
            {
                int errno = Marshal.GetLastPInvokeError();
                if (errno == EINTR)
                {
                    continue;
                }

                file.Dispose();
                return errno == EWOULDBLOCK ? null : throw new LinuxException("flock", path, errno);
            }

            // Whoever held it may have removed it: then its lock is of something nobody else can find.
            Statx status;
            if (statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &status) == 0 && status.stx_nlink > 0)
            {
                return file;
            }

            file.Dispose();
        }
    }

    private LinuxException Failed(string operation) => new(operation, Path, Marshal.GetLastPInvokeError());
}
