using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Dataplane.Interop;

/// <summary>A raw ICMPv6 socket (ipv6(7), raw(7)) of the network namespace it was opened in. The kernel fills in checksums.</summary>
public sealed unsafe partial class Icmp6Socket : SafeHandle
{
    private const int AF_INET6 = 10;
    private const int SOCK_RAW = 3;
    private const int SOCK_CLOEXEC = 0x80000;
    private const int IPPROTO_IPV6 = 41;
    private const int IPPROTO_ICMPV6 = 58;
    private const int IPV6_MULTICAST_HOPS = 18;
    private const int AddressLength = 28;

    private Icmp6Socket(int fd)
        : base(-1, ownsHandle: true) => SetHandle(fd);

    /// <inheritdoc/>
    public override bool IsInvalid => handle == -1;

    /// <summary>Opens a socket whose multicasts leave with a hop limit of 255, as neighbour discovery demands (RFC 4861).</summary>
    /// <returns>Null when the kernel has no IPv6.</returns>
    public static Icmp6Socket? TryOpen()
    {
        int fd = socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMPV6);
        if (fd < 0)
        {
            return null;
        }

        var opened = new Icmp6Socket(fd);
        int hops = 255;
        _ = setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, &hops, sizeof(int));
        return opened;
    }

    /// <summary>Sends a message from an address of the namespace.</summary>
    /// <param name="message">Type, code, checksum (any) and the rest.</param>
    /// <param name="source">The address, 16 bytes.</param>
    /// <param name="destination">The address, 16 bytes.</param>
    /// <param name="ifIndex">The interface it leaves by.</param>
    /// <returns>Whether the kernel took it.</returns>
    public bool TrySend(ReadOnlySpan<byte> message, ReadOnlySpan<byte> source, ReadOnlySpan<byte> destination, int ifIndex)
    {
        Span<byte> from = stackalloc byte[AddressLength];
        Span<byte> to = stackalloc byte[AddressLength];
        Fill(from, source, 0);
        Fill(to, destination, ifIndex);
        fixed (byte* m = message, f = from, t = to)
        {
            return bind((int)handle, f, AddressLength) == 0
                && sendto((int)handle, m, (nuint)message.Length, 0, t, AddressLength) == message.Length;
        }
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => DirectoryCalls.close((int)handle) == 0;

    // struct sockaddr_in6: family 2, port 2, flow information 4, address 16, scope 4.
    private static void Fill(Span<byte> sockaddr, ReadOnlySpan<byte> address, int scope)
    {
        sockaddr.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(sockaddr, AF_INET6);
        address.CopyTo(sockaddr[8..]);
        BinaryPrimitives.WriteInt32LittleEndian(sockaddr[24..], scope);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socket(int domain, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setsockopt(int sockfd, int level, int optname, void* optval, uint optlen);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int bind(int sockfd, byte* addr, uint addrlen);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint sendto(int sockfd, byte* buf, nuint len, int flags, byte* dest_addr, uint addrlen);
}
