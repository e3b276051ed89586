using System.Runtime.InteropServices;
using Dataplane.Interop;
using static Dataplane.Netlink.Diagnosis.DiagMessages;
using static Dataplane.Netlink.RtnlConstants;
using static Dataplane.Netlink.RtnlMessages;

namespace Dataplane.Netlink.Diagnosis;

/// <summary>
/// Finds and closes UDP sockets of the namespace it was opened in, whichever process has them: sock_diag(7).
/// Not for several threads at once.
/// </summary>
public sealed unsafe class UdpSockets : IDisposable
{
    private const byte Udp = 17;
    private static readonly byte[] s_mapped = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];
    private readonly FileDescriptor _socket;
    private readonly NetlinkWriter _request = new();
    private readonly byte[] _response = GC.AllocateUninitializedArray<byte>(32768);
    private uint _sequence;

    private UdpSockets(FileDescriptor socket) => _socket = socket;

    /// <summary>Opens it in the calling thread's namespace.</summary>
    /// <exception cref="LinuxException">socket(2) fails: EPROTONOSUPPORT (93) where the kernel has no sock_diag.</exception>
    public static UdpSockets Open()
    {
        int fd = LibC.socket(LibC.AF_NETLINK, LibC.SOCK_RAW | LibC.SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
        return fd >= 0 ? new UdpSockets(new FileDescriptor(fd)) : throw new LinuxException("socket", "NETLINK_SOCK_DIAG", Marshal.GetLastPInvokeError());
    }

    /// <summary>The sockets that are connected to an address and port, of IPv4 sockets and of IPv6 sockets that talk IPv4 too.</summary>
    /// <param name="address">16 bytes; IPv4 is IPv4-mapped.</param>
    /// <param name="port">The port, network byte order.</param>
    /// <returns>The sockets.</returns>
    /// <exception cref="NetlinkException">The kernel has no udp_diag (CONFIG_INET_UDP_DIAG).</exception>
    public List<UdpSocket> ConnectedTo(ReadOnlySpan<byte> address, ushort port)
    {
        var found = new List<UdpSocket>();
        if (address[..12].SequenceEqual(s_mapped))
        {
            Dump(LibC.AF_INET, address[12..], port, found);
        }

        Dump(LibC.AF_INET6, address, port, found);
        return found;
    }

    /// <summary>
    /// Ends a socket's connection: its process gets ECONNABORTED from recv(2), also from one that waits, and EDESTADDRREQ from send(2).
    /// </summary>
    /// <param name="socket">One that was found.</param>
    /// <returns>False: it is gone, or connected elsewhere by now.</returns>
    /// <exception cref="NetlinkException">EOPNOTSUPP: the kernel lacks CONFIG_INET_DIAG_DESTROY; EPERM: no CAP_NET_ADMIN.</exception>
    public bool Close(UdpSocket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        Send(SOCK_DESTROY, NLM_F_ACK, new inet_diag_req_v2 { sdiag_family = socket.Family, sdiag_protocol = Udp, idiag_states = Connected, id = socket.Id });
        while (true)
        {
            ReadOnlySpan<byte> data = Receive();
            while (RtnlSocket.TryMessage(ref data, out nlmsghdr header, out ReadOnlySpan<byte> payload))
            {
                if (header.nlmsg_seq != _sequence || header.nlmsg_type != NLMSG_ERROR)
                {
                    continue;
                }

                int errno = -MemoryMarshal.Read<int>(payload);
                return errno switch
                {
                    0 => true,
                    Errno.ENOENT => false,
                    _ => throw new NetlinkException("close", "a UDP socket (CONFIG_INET_DIAG_DESTROY)", errno),
                };
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    // The kernel filters by port; the addresses are looked at here.
    private void Dump(int family, ReadOnlySpan<byte> address, ushort port, List<UdpSocket> found)
    {
        var request = new inet_diag_req_v2 { sdiag_family = (byte)family, sdiag_protocol = Udp, idiag_states = Connected };
        request.id.idiag_dport = port;
        Send(SOCK_DIAG_BY_FAMILY, NLM_F_DUMP, request);
        while (true)
        {
            ReadOnlySpan<byte> data = Receive();
            while (RtnlSocket.TryMessage(ref data, out nlmsghdr header, out ReadOnlySpan<byte> payload))
            {
                if (header.nlmsg_seq != _sequence)
                {
                    continue;
                }

                if (header.nlmsg_type is NLMSG_DONE or NLMSG_ERROR)
                {
                    int errno = payload.Length >= 4 ? -MemoryMarshal.Read<int>(payload) : 0;
                    if (errno != 0)
                    {
                        throw new NetlinkException("list", "UDP sockets (CONFIG_INET_UDP_DIAG)", errno);
                    }

                    return;
                }

                if (MemoryMarshal.TryRead(payload, out inet_diag_msg message))
                {
                    ReadOnlySpan<byte> destination = message.id.idiag_dst;
                    if (message.id.idiag_dport == port && destination[..address.Length].SequenceEqual(address))
                    {
                        found.Add(new UdpSocket(message.idiag_family, message.id));
                    }
                }
            }
        }
    }

    private void Send(ushort type, ushort flags, in inet_diag_req_v2 request)
    {
        _request.Clear();
        _request.BeginMessage(type, (ushort)(NLM_F_REQUEST | flags), ++_sequence);
        _request.Append(in request);
        _request.EndMessage();
        fixed (byte* bytes = _request.Written)
        {
            while (LibC.send(_socket.Number, bytes, (nuint)_request.Length, 0) < 0)
            {
                if (Marshal.GetLastPInvokeError() is var errno && errno != Errno.EINTR)
                {
                    throw new LinuxException("send", "NETLINK_SOCK_DIAG", errno);
                }
            }
        }
    }

    private ReadOnlySpan<byte> Receive()
    {
        while (true)
        {
            fixed (byte* buffer = _response)
            {
                nint length = LibC.recv(_socket.Number, buffer, (nuint)_response.Length, 0);
                if (length >= 0)
                {
                    return _response.AsSpan(0, (int)length);
                }
            }

            if (Marshal.GetLastPInvokeError() is var errno && errno != Errno.EINTR)
            {
                throw new LinuxException("recv", "NETLINK_SOCK_DIAG", errno);
            }
        }
    }
}
