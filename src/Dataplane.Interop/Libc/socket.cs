using System.Runtime.InteropServices;

namespace Dataplane.Interop;

/// <summary>The C library's calls, by their C names: the man page is the documentation.</summary>
public static unsafe partial class LibC
{
    /// <summary>Netlink address family.</summary>
    public const int AF_NETLINK = 16;

    /// <summary>Packet address family, packet(7).</summary>
    public const int AF_PACKET = 17;

    /// <summary>IPv4 address family.</summary>
    public const int AF_INET = 2;

    /// <summary>IPv6 address family.</summary>
    public const int AF_INET6 = 10;

    /// <summary>Bridge address family, of rtnetlink alone.</summary>
    public const int AF_BRIDGE = 7;

    /// <summary>Datagrams.</summary>
    public const int SOCK_DGRAM = 2;

    /// <summary>Raw protocol access.</summary>
    public const int SOCK_RAW = 3;

    /// <summary>Close on exec.</summary>
    public const int SOCK_CLOEXEC = 0x80000;

    /// <summary>Socket-level options.</summary>
    public const int SOL_SOCKET = 1;

    /// <summary>The cookie of the socket's network namespace, u64; Linux 5.14.</summary>
    public const int SO_NETNS_COOKIE = 71;

    /// <summary>Netlink-level options, netlink(7).</summary>
    public const int SOL_NETLINK = 270;

    /// <summary>Look, do not take.</summary>
    public const int MSG_PEEK = 2;

    /// <summary>Return the real length even if it was longer than the buffer.</summary>
    public const int MSG_TRUNC = 0x20;

    /// <summary>Do not block.</summary>
    public const int MSG_DONTWAIT = 0x40;

    /// <summary>socket(2).</summary>
    /// <returns>A descriptor, or -1 and errno.</returns>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int socket(int domain, int type, int protocol);

    /// <summary>bind(2).</summary>
    /// <returns>0, or -1 and errno.</returns>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int bind(int sockfd, void* addr, uint addrlen);

    /// <summary>send(2).</summary>
    /// <returns>Bytes sent, or -1 and errno.</returns>
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint send(int sockfd, void* buf, nuint len, int flags);

    /// <summary>sendto(2).</summary>
    /// <returns>Bytes sent, or -1 and errno.</returns>
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint sendto(int sockfd, void* buf, nuint len, int flags, void* dest_addr, uint addrlen);

    /// <summary>recv(2).</summary>
    /// <returns>Bytes received, or -1 and errno.</returns>
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint recv(int sockfd, void* buf, nuint len, int flags);

    /// <summary>setsockopt(2).</summary>
    /// <returns>0, or -1 and errno.</returns>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int setsockopt(int sockfd, int level, int optname, void* optval, uint optlen);

    /// <summary>getsockopt(2).</summary>
    /// <returns>0, or -1 and errno.</returns>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int getsockopt(int sockfd, int level, int optname, void* optval, uint* optlen);
}
