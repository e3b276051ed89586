using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Dataplane.Interop;
using static Dataplane.Netlink.RtnlConstants;
using static Dataplane.Netlink.RtnlMessages;

namespace Dataplane.Netlink;

// Requests that are answered with objects.
public sealed unsafe partial class RtnlSocket
{
    private delegate T? Parse<T>(ReadOnlySpan<byte> payload)
        where T : class;

    /// <summary>
    /// A dump. One that the kernel marks as interrupted (an object came or went meanwhile) is taken again, up
    /// to five times; then what the last one gave is used: it may lack an object or hold one twice. Of a device that
    /// is not there, which the kernel says (ENODEV) only when it checks strictly, nothing is found.
    /// </summary>
    private List<T> Dump<T>(ushort type, string name, Parse<T> parse)
        where T : class
    {
        byte[] request = _request.Written.ToArray();
        for (int attempt = 1; ; attempt++)
        {
            uint sequence = ++_sequence;
            MemoryMarshal.Write(request.AsSpan(8), sequence);
            SendAll(request);

            var found = new List<T>();
            if (ReadDump(sequence, type, name, parse, found) || attempt == DumpAttempts)
            {
                return found;
            }
        }
    }

    /// <returns>False when the kernel said that the dump is not consistent.</returns>
    private bool ReadDump<T>(uint sequence, ushort type, string name, Parse<T> parse, List<T> found)
        where T : class
    {
        bool consistent = true;
        while (true)
        {
            ReadOnlySpan<byte> data = ReceiveDatagram();
            while (TryMessage(ref data, out nlmsghdr header, out ReadOnlySpan<byte> payload))
            {
                if (header.nlmsg_seq != sequence)
                {
                    continue;
                }

                consistent &= (header.nlmsg_flags & NLM_F_DUMP_INTR) == 0;
                if (header.nlmsg_type is NLMSG_DONE or NLMSG_ERROR)
                {
                    int errno = payload.Length >= 4 ? -MemoryMarshal.Read<int>(payload) : 0;
                    if (errno == Errno.EINTR)
                    {
                        return false;
                    }

                    return errno is 0 or Errno.ENODEV ? consistent : throw new NetlinkException(name, "", errno, ExtendedAck(header, payload));
                }

                if (header.nlmsg_type == type && parse(payload) is { } item)
                {
                    found.Add(item);
                }
            }
        }
    }

    /// <summary>A request for one object.</summary>
    /// <returns>The object, or null when the kernel answers with one of the errors that mean "there is none".</returns>
    private T? Get<T>(string name, string subject, Parse<T> parse, ReadOnlySpan<int> absent)
        where T : class
    {
        T? found = Ask(parse, out int errno, out string message);
        return errno == 0 || absent.Contains(errno) ? found : throw new NetlinkException(name, subject, errno, message);
    }

    /// <summary>As Get, and every error is an answer: an exception costs a process that throws its first one a quarter of a millisecond.</summary>
    private T? Ask<T>(Parse<T> parse, out int errno, out string message)
        where T : class
    {
        errno = 0;
        message = "";
        uint sequence = ++_sequence;
        byte[] request = _request.Written.ToArray();
        MemoryMarshal.Write(request.AsSpan(8), sequence);
        SendAll(request);
        while (true)
        {
            ReadOnlySpan<byte> data = ReceiveDatagram();
            while (TryMessage(ref data, out nlmsghdr header, out ReadOnlySpan<byte> payload))
            {
                if (header.nlmsg_seq != sequence)
                {
                    continue;
                }

                if (header.nlmsg_type != NLMSG_ERROR)
                {
                    return parse(payload);
                }

                errno = -MemoryMarshal.Read<int>(payload);
                message = errno == 0 ? "" : ExtendedAck(header, payload);
                return null;
            }
        }
    }

    private NetlinkWriter BeginRequest<T>(ushort type, ushort flags, in T header)
        where T : unmanaged
    {
        _request.Clear();
        _request.BeginMessage(type, (ushort)(NLM_F_REQUEST | flags), 0);
        _request.Append(in header);
        return _request;
    }

    private static ReadOnlySpan<byte> After<T>(ReadOnlySpan<byte> payload)
        where T : unmanaged => payload[((Unsafe.SizeOf<T>() + 3) & ~3)..];
}
