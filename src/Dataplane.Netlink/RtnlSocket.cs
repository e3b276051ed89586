using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Dataplane.Interop;
using static Dataplane.Netlink.RtnlConstants;
using static Dataplane.Netlink.RtnlMessages;

namespace Dataplane.Netlink;

/// <summary>
/// A NETLINK_ROUTE socket. It belongs to the namespace it was opened in for good, wherever its thread goes
/// afterwards. Not for several threads at once.
/// </summary>
public sealed unsafe partial class RtnlSocket : IDisposable
{
    private const int DumpAttempts = 5;

    // The kernel queues an answer a request before any is read, and drops those that exceed the receive buffer (208 KiB unless
    // configured): 64 errors that quote nothing of their requests fit with a wide margin.
    private const int RequestsPerCall = 64;

    private readonly FileDescriptor _socket;
    private readonly NetlinkWriter _request = new();
    private readonly byte[] _response = GC.AllocateUninitializedArray<byte>(65536);
    private uint _sequence;
    private RtnlBatch? _batch;

    private RtnlSocket(FileDescriptor socket) => _socket = socket;

    /// <summary>Opens a socket in the calling thread's namespace.</summary>
    /// <returns>The socket.</returns>
    /// <exception cref="LinuxException">socket(2) fails.</exception>
    public static RtnlSocket Open() => new(OpenSocket());

    /// <summary>Opens a socket in another namespace: setns there, socket(2), setns back.</summary>
    /// <param name="ns">The namespace.</param>
    /// <returns>The socket.</returns>
    /// <exception cref="LinuxException">The namespace cannot be entered.</exception>
    public static RtnlSocket Open(NetworkNamespace ns)
    {
        using NetworkNamespace.Scope inside = ns.Enter();
        return Open();
    }

    /// <summary>An empty batch. A socket has one at a time: it is valid until the next call.</summary>
    /// <returns>The batch.</returns>
    public RtnlBatch Batch()
    {
        _batch ??= new RtnlBatch();
        _batch.Clear();
        return _batch;
    }

    /// <summary>
    /// Sends all requests in one call (64 at a time, where there are more) and reads every answer. The kernel does them in order
    /// and goes on after one that fails.
    /// </summary>
    /// <param name="batch">The requests.</param>
    /// <exception cref="NetlinkException">The first request that failed; later ones may have been done.</exception>
    /// <exception cref="LinuxException">The socket itself failed.</exception>
    public void Send(RtnlBatch batch)
    {
        uint first = _sequence + 1;
        _sequence += (uint)batch.Count;
        batch.SetSequences(first);

        NetlinkException? failure = null;
        for (int from = 0; from < batch.Count; from += RequestsPerCall)
        {
            int to = Math.Min(from + RequestsPerCall, batch.Count);
            SendAll(batch.Requests(from, to));
            ReadAnswers(batch, first, to - from, ref failure);
        }

        if (failure is not null)
        {
            throw failure;
        }
    }

    private void ReadAnswers(RtnlBatch batch, uint first, int count, ref NetlinkException? failure)
    {
        for (int answered = 0; answered < count;)
        {
            ReadOnlySpan<byte> data = ReceiveDatagram();
            while (TryMessage(ref data, out nlmsghdr header, out ReadOnlySpan<byte> payload))
            {
                uint index = header.nlmsg_seq - first;
                if (index >= batch.Count)
                {
                    continue;
                }

                if (header.nlmsg_type == RTM_NEWLINK)
                {
                    batch.Created = ParseLink(payload);
                }

                if (header.nlmsg_type != NLMSG_ERROR)
                {
                    continue;
                }

                answered++;
                int errno = -MemoryMarshal.Read<int>(payload);
                if (errno != 0 && (failure is null || index < failure.Index))
                {
                    (string name, string subject) = batch.Describe((int)index);
                    failure = new NetlinkException(name, subject, errno, ExtendedAck(header, payload), (int)index);
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _events?.Dispose();
        _socket.Dispose();
    }

    private static FileDescriptor OpenSocket()
    {
        int fd = LibC.socket(LibC.AF_NETLINK, LibC.SOCK_RAW | LibC.SOCK_CLOEXEC, NETLINK_ROUTE);
        if (fd < 0)
        {
            throw new LinuxException("socket", "NETLINK_ROUTE", Marshal.GetLastPInvokeError());
        }

        var socket = new FileDescriptor(fd);
        // Kernels before 4.12, 4.20 have no extended acks, no strict checking: their answers are shorter
        // and their dumps longer, and both are understood here. CAP_ACK: an error need not repeat the request.
        int on = 1;
        LibC.setsockopt(fd, LibC.SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(int));
        LibC.setsockopt(fd, LibC.SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(int));
        LibC.setsockopt(fd, LibC.SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof(int));
        return socket;
    }

    private void SendAll(ReadOnlySpan<byte> data)
    {
        fixed (byte* bytes = data)
        {
            // Without bind(2) and connect(2): the kernel is where a netlink socket sends by default.
            while (LibC.send(_socket.Number, bytes, (nuint)data.Length, 0) < 0)
            {
                int errno = Marshal.GetLastPInvokeError();
                if (errno != Errno.EINTR)
                {
                    throw new LinuxException("send", "NETLINK_ROUTE", errno);
                }
            }
        }
    }

    private ReadOnlySpan<byte> ReceiveDatagram()
    {
        while (true)
        {
            nint length;
            fixed (byte* buffer = _response)
            {
                length = LibC.recv(_socket.Number, buffer, (nuint)_response.Length, LibC.MSG_TRUNC);
            }

            // The kernel cuts a dump to the largest buffer it was read with, 32 KiB at the most, and nothing else that is
            // asked for here comes near: half of the room is reserve, and a look before each read would double the calls.
            if (length > _response.Length)
            {
                throw new LinuxException("recv", "NETLINK_ROUTE", Errno.EMSGSIZE);
            }

            if (length >= 0)
            {
                return _response.AsSpan(0, (int)length);
            }

            if (Marshal.GetLastPInvokeError() is var errno && errno != Errno.EINTR)
            {
                throw new LinuxException("recv", "NETLINK_ROUTE", errno);
            }
        }
    }

    internal static bool TryMessage(ref ReadOnlySpan<byte> data, out nlmsghdr header, out ReadOnlySpan<byte> payload)
    {
        header = default;
        payload = default;
        if (data.Length < Unsafe.SizeOf<nlmsghdr>())
        {
            return false;
        }

        header = MemoryMarshal.Read<nlmsghdr>(data);
        int length = (int)header.nlmsg_len;
        if (length < Unsafe.SizeOf<nlmsghdr>() || length > data.Length)
        {
            return false;
        }

        payload = data[Unsafe.SizeOf<nlmsghdr>()..length];
        data = data[Math.Min((length + 3) & ~3, data.Length)..];
        return true;
    }

    // struct nlmsgerr: the error, the header of the request (with CAP_ACK nothing more of it), then attributes.
    internal static string ExtendedAck(in nlmsghdr header, ReadOnlySpan<byte> payload)
    {
        if ((header.nlmsg_flags & NLM_F_ACK_TLVS) == 0 || payload.Length < 20)
        {
            return "";
        }

        int skip = 20;
        if ((header.nlmsg_flags & NLM_F_CAPPED) == 0)
        {
            skip = Math.Min(4 + (int)((MemoryMarshal.Read<uint>(payload[4..]) + 3) & ~3u), payload.Length);
        }

        var attributes = new NetlinkAttributes(payload[skip..]);
        while (attributes.Next())
        {
            if (attributes.Type == NLMSGERR_ATTR_MSG)
            {
                return attributes.Text;
            }
        }

        return "";
    }
}
