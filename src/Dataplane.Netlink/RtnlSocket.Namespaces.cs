using System.Globalization;
using System.Runtime.InteropServices;
using Dataplane.Interop;
using static Dataplane.Netlink.RtnlConstants;

namespace Dataplane.Netlink;

// Who is there, without the lock that every change of the network configuration takes.
public sealed unsafe partial class RtnlSocket
{
    // struct ifreq: a name, then a union of 24 bytes.
    private const int IfreqSize = LibC.IFNAMSIZ + 24;

    /// <summary>
    /// Whether there is a device of an index. RTM_GETLINK would wait for the RTNL lock, on a busy node for milliseconds; this ioctl
    /// does not.
    /// </summary>
    /// <param name="ifindex">The index.</param>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public bool HasLink(int ifindex)
    {
        byte* request = stackalloc byte[IfreqSize];
        new Span<byte>(request, IfreqSize).Clear();
        *(int*)(request + LibC.IFNAMSIZ) = ifindex;
        if (LibC.ioctl(_socket.Number, LibC.SIOCGIFNAME, request) == 0)
        {
            return true;
        }

        int errno = Marshal.GetLastPInvokeError();
        return errno == Errno.ENODEV
            ? false
            : throw new LinuxException("ioctl", string.Concat("SIOCGIFNAME ", ifindex.ToString(CultureInfo.InvariantCulture)), errno);
    }

    /// <summary>The id by which this socket's namespace knows another one: what <see cref="LinkInfo.PeerNetnsId"/> is compared with.</summary>
    /// <param name="other">The other one.</param>
    /// <returns>Null when it has none: no device here has its other end there.</returns>
    /// <exception cref="NetlinkException">The kernel refuses.</exception>
    public int? NamespaceId(NetworkNamespace other)
    {
        // struct rtgenmsg is one byte, padded to four.
        NetlinkWriter request = BeginRequest(RTM_GETNSID, 0, default(byte));
        request.Attribute(NETNSA_FD, other.Handle.Number);
        request.EndMessage();
        return Get("get namespace id", other.Path, ParseNamespaceId, []) is { Value: >= 0 and int id } ? id : null;
    }

    private static NamespaceIdInfo ParseNamespaceId(ReadOnlySpan<byte> payload)
    {
        var attributes = new NetlinkAttributes(After<uint>(payload));
        while (attributes.Next())
        {
            if (attributes.Type == NETNSA_NSID)
            {
                return new NamespaceIdInfo((int)attributes.UInt32);
            }
        }

        return new NamespaceIdInfo(-1);
    }

    // NETNSA_NSID_NOT_ASSIGNED is -1.
    private sealed record NamespaceIdInfo(int Value);
}
