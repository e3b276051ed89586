using System.Runtime.InteropServices;

namespace Dataplane.Interop;

/// <summary>The C library's calls, by their C names: the man page is the documentation.</summary>
public static unsafe partial class LibC
{
    /// <summary>Sockets of this machine, unix(7).</summary>
    public const int AF_UNIX = 1;

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

    /// <summary>A stream.</summary>
    public const int SOCK_STREAM = 1;

    /// <summary>Datagrams.</summary>
    public const int SOCK_DGRAM = 2;

    /// <summary>Raw protocol access.</summary>
    public const int SOCK_RAW = 3;

    /// <summary>Close on exec.</summary>
    public const int SOCK_CLOEXEC = 0x80000;

    /// <summary>Calls on the socket do not block.</summary>
    public const int SOCK_NONBLOCK = 0x800;

    /// <summary>Socket-level options.</summary>
    public const int SOL_SOCKET = 1;

    /// <summary>A classic BPF program that every packet has to pass.</summary>
    public const int SO_ATTACH_FILTER = 26;

    /// <summary>The cookie of the socket's network namespace, u64; Linux 5.14.</summary>
    public const int SO_NETNS_COOKIE = 71;

    /// <summary>Netlink-level options, netlink(7).</summary>
    public const int SOL_NETLINK = 270;

    /// <summary>Packet-level options, packet(7).</summary>
    public const int SOL_PACKET = 263;

    /// <summary>Every packet comes with a struct tpacket_auxdata.</summary>
    public const int PACKET_AUXDATA = 8;

    /// <summary>Look, do not take.</summary>
    public const int MSG_PEEK = 2;

    /// <summary>Return the real length even if it was longer than the buffer.</summary>
    public const int MSG_TRUNC = 0x20;

    /// <summary>Do not block.</summary>
    public const int MSG_DONTWAIT = 0x40;

    /// <summary>A stream whose other end is gone is an error, not a signal.</summary>
    public const int MSG_NOSIGNAL = 0x4000;

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

    /// <summary>listen(2).</summary>
    /// <returns>0, or -1 and errno.</returns>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int listen(int sockfd, int backlog);

    /// <summary>accept4(2), without the other end's address.</summary>
    /// <returns>A descriptor, or -1 and errno.</returns>
    public static int accept4(int sockfd, int flags) => accept4(sockfd, null, null, flags);

    /// <summary>geteuid(2), which cannot fail.</summary>
    /// <returns>The effective user.</returns>
    [LibraryImport("libc")]
    public static partial uint geteuid();

    /// <summary>connect(2).</summary>
    /// <returns>0, or -1 and errno.</returns>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int connect(int sockfd, void* addr, uint addrlen);

    /// <summary>recvmsg(2).</summary>
    /// <returns>Bytes received, or -1 and errno.</returns>
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint recvmsg(int sockfd, msghdr* msg, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int accept4(int sockfd, void* addr, uint* addrlen, int flags);

    /// <summary>struct iovec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct iovec
    {
        /// <summary>The buffer.</summary>
        public void* iov_base;

        /// <summary>Its size.</summary>
        public nuint iov_len;
    }

    /// <summary>struct msghdr, as 64-bit glibc and the kernel lay it out.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct msghdr
    {
        /// <summary>The sender's address.</summary>
        public void* msg_name;

        /// <summary>Room for it, then its size.</summary>
        public uint msg_namelen;

        /// <summary>Buffers.</summary>
        public iovec* msg_iov;

        /// <summary>How many.</summary>
        public nuint msg_iovlen;

        /// <summary>Control messages.</summary>
        public void* msg_control;

        /// <summary>Room for them, then their size.</summary>
        public nuint msg_controllen;

        /// <summary>Flags of what was received.</summary>
        public int msg_flags;
    }

    /// <summary>struct sock_filter: one instruction of classic BPF.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct sock_filter(ushort code, byte jt, byte jf, uint k)
    {
        /// <summary>The operation.</summary>
        public ushort code = code;

        /// <summary>Instructions to skip when true.</summary>
        public byte jt = jt;

        /// <summary>Instructions to skip when false.</summary>
        public byte jf = jf;

        /// <summary>The operand.</summary>
        public uint k = k;
    }

    /// <summary>struct sock_fprog.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct sock_fprog
    {
        /// <summary>Instructions.</summary>
        public ushort len;

        /// <summary>The first of them.</summary>
        public sock_filter* filter;
    }
}
