using System.Runtime.InteropServices;
using Dataplane.Interop;

namespace Dataplane.Netlink;

/// <summary>A network namespace, held open: it lives as long as this object.</summary>
public sealed unsafe class NetworkNamespace : IDisposable
{
    private const string Own = "/proc/thread-self/ns/net";

    private NetworkNamespace(string path, FileDescriptor handle)
    {
        Path = path;
        Handle = handle;
    }

    /// <summary>The path it was opened by.</summary>
    public string Path { get; }

    /// <summary>The open namespace: what setns(2) and IFLA_NET_NS_FD take.</summary>
    public FileDescriptor Handle { get; }

    /// <summary>
    /// Its cookie (SO_NETNS_COOKIE, Linux 5.14): never given twice between two boots. Costs a visit
    /// to the namespace when it is not the thread's own.
    /// </summary>
    /// <exception cref="LinuxException">The kernel has none (ENOPROTOOPT), or the namespace cannot be entered.</exception>
    public ulong Cookie
    {
        get
        {
            using Scope inside = Enter();
            return CurrentCookie();
        }
    }

    /// <summary>Opens the namespace at a path (<c>/run/netns/x</c>, <c>/proc/1/ns/net</c>).</summary>
    /// <param name="path">The path.</param>
    /// <returns>The namespace.</returns>
    /// <exception cref="LinuxException">"Statfs" of the path fails (ENOENT: no such path), or open(2) does.</exception>
    /// <exception cref="NotANamespaceException">The path is no namespace.</exception>
    public static NetworkNamespace Open(string path)
    {
        LibC.Statfs status;
        if (LibC.statfs(path, &status) != 0)
        {
            throw new LinuxException("statfs", path, Marshal.GetLastPInvokeError());
        }

        // procfs as well: before Linux 3.19 namespaces were files of it, and the reference takes both.
        if (status.f_type is not (LibC.NSFS_MAGIC or LibC.PROC_SUPER_MAGIC))
        {
            throw new NotANamespaceException(path, status.f_type);
        }

        return new NetworkNamespace(path, OpenFile(path));
    }

    /// <summary>Opens the calling thread's own namespace.</summary>
    /// <returns>The namespace.</returns>
    public static NetworkNamespace OpenCurrent() => new(Own, OpenFile(Own));

    /// <summary>Opens the namespace a socket belongs to, which need not be the calling thread's.</summary>
    internal static NetworkNamespace OfSocket(FileDescriptor socket)
    {
        int fd = LibC.ioctl(socket.Number, LibC.SIOCGSKNS);
        return fd >= 0
            ? new NetworkNamespace("of a socket", new FileDescriptor(fd))
            : throw new LinuxException("ioctl", "SIOCGSKNS", Marshal.GetLastPInvokeError());
    }

    /// <summary>The cookie of the calling thread's namespace, see <see cref="Cookie"/>.</summary>
    /// <returns>The cookie.</returns>
    /// <exception cref="LinuxException">The kernel has none.</exception>
    public static ulong CurrentCookie() => NetnsCookie.Current();

    /// <summary>Whether both are the same namespace.</summary>
    /// <param name="other">Another one.</param>
    /// <returns>True for the same device and inode.</returns>
    public bool IsSame(NetworkNamespace other) => FileIdentity.Of(Handle) == FileIdentity.Of(other.Handle);

    /// <summary>
    /// Waits for the exclusive flock(2) of the namespace, which is held until this object is disposed of: who configures a namespace by several steps, the
    /// reference's sbr among them, keeps others out so.
    /// </summary>
    /// <exception cref="LinuxException">flock(2) fails.</exception>
    public void Lock()
    {
        while (LibC.flock(Handle.Number, LibC.LOCK_EX) != 0)
        {
            if (Marshal.GetLastPInvokeError() is not Errno.EINTR and int errno)
            {
                throw new LinuxException("flock", Path, errno);
            }
        }
    }

    /// <summary>Moves the calling thread into the namespace until the result is disposed of.</summary>
    /// <returns>The way back.</returns>
    /// <exception cref="LinuxException">setns(2) fails: EPERM without CAP_SYS_ADMIN, EINVAL for another kind of namespace.</exception>
    public Scope Enter()
    {
        FileDescriptor home = OpenFile(Own);
        if (LibC.setns(Handle.Number, LibC.CLONE_NEWNET) != 0)
        {
            int errno = Marshal.GetLastPInvokeError();
            home.Dispose();
            throw new LinuxException("setns", Path, errno);
        }

        return new Scope(home);
    }

    /// <summary>Moves the calling thread into a new namespace, which ends with the stay there.</summary>
    /// <returns>The way back.</returns>
    /// <exception cref="LinuxException">unshare(2) fails: EPERM without CAP_SYS_ADMIN.</exception>
    public static Scope EnterNew()
    {
        FileDescriptor home = OpenFile(Own);
        if (LibC.unshare(LibC.CLONE_NEWNET) != 0)
        {
            int errno = Marshal.GetLastPInvokeError();
            home.Dispose();
            throw new LinuxException("unshare", "CLONE_NEWNET", errno);
        }

        return new Scope(home);
    }

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();

    private static FileDescriptor OpenFile(string path)
    {
        int fd = LibC.open(path, LibC.O_RDONLY | LibC.O_CLOEXEC);
        return fd >= 0 ? new FileDescriptor(fd) : throw new LinuxException("open", path, Marshal.GetLastPInvokeError());
    }

    /// <summary>A stay in another namespace; disposing of it goes home.</summary>
    public readonly ref struct Scope
    {
        private readonly FileDescriptor _home;

        internal Scope(FileDescriptor home) => _home = home;

        /// <summary>Goes home. A thread that cannot must not go on: it would configure somebody else's network.</summary>
        public void Dispose()
        {
            if (LibC.setns(_home.Number, LibC.CLONE_NEWNET) != 0)
            {
                Environment.FailFast($"setns back to the own network namespace: {Errno.Text(Marshal.GetLastPInvokeError())}");
            }

            _home.Dispose();
        }
    }
}
