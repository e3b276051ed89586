using System.Diagnostics;
using System.Runtime.InteropServices;
using Dataplane.Interop;
using static Dataplane.Netlink.RtnlConstants;
using static Dataplane.Netlink.RtnlMessages;

namespace Dataplane.Netlink;

// Waiting for the kernel to say that something has changed.
public sealed unsafe partial class RtnlSocket
{
    private FileDescriptor? _events;

    /// <summary>
    /// Begins to listen for link changes, so that a <see cref="WaitOperUp"/> that follows a request misses none.
    /// </summary>
    /// <exception cref="LinuxException">The socket cannot be made.</exception>
    public void ListenForLinks()
    {
        if (_events is not null)
        {
            return;
        }

        // The thread may be in another namespace than this socket by now.
        using NetworkNamespace own = NetworkNamespace.OfSocket(_socket);
        using NetworkNamespace.Scope inside = own.Enter();
        FileDescriptor events = OpenSocket();
        // bind(2), not NETLINK_ADD_MEMBERSHIP alone: a socket without a port id is left out of every multicast of the kernel,
        // which takes it for the sender (do_one_broadcast).
        var address = new sockaddr_nl { nl_family = LibC.AF_NETLINK, nl_groups = 1u << (RTNLGRP_LINK - 1) };
        if (LibC.bind(events.Number, &address, (uint)sizeof(sockaddr_nl)) != 0)
        {
            int errno = Marshal.GetLastPInvokeError();
            events.Dispose();
            throw new LinuxException("bind", "RTNLGRP_LINK", errno);
        }

        _events = events;
    }

    /// <summary>
    /// Waits until a device is operationally up.
    /// </summary>
    /// <remarks>
    /// The call that sets a veth's peer up gives this end its carrier (IFF_LOWER_UP) at once, but operstate, and with it the
    /// forwarding of a bridge port, follows in a work queue of the kernel (linkwatch) that needs the RTNL lock itself: later, and
    /// later still on a busy node. RTM_GETLINK for one device does that work on the spot since Linux 6.8 ("Synchronize with linkwatch"
    /// in rtnl_getlink), so there the first question is answered with "up" and no event socket is opened. Before, the event is waited for.
    /// </remarks>
    /// <param name="ifindex">The device, in this socket's namespace.</param>
    /// <param name="timeoutMs">How long to wait, milliseconds.</param>
    /// <returns>False after the timeout, or when the device is gone.</returns>
    public bool WaitOperUp(int ifindex, int timeoutMs)
    {
        if (_events is null)
        {
            if (FindLink(ifindex) is { IsOperUp: true })
            {
                return true;
            }

            ListenForLinks();
        }

        long end = Stopwatch.GetTimestamp() + (timeoutMs * Stopwatch.Frequency / 1000);
        // It may have happened before we listened, and a notification may be lost (ENOBUFS): ask, then wait.
        while (true)
        {
            if (FindLink(ifindex) is not { } link)
            {
                return false;
            }

            if (link.IsOperUp)
            {
                return true;
            }

            int left = (int)((end - Stopwatch.GetTimestamp()) * 1000 / Stopwatch.Frequency);
            if (left <= 0 || !WaitForEvent(ifindex, left))
            {
                return false;
            }
        }
    }

    private bool WaitForEvent(int ifindex, int timeoutMs)
    {
        Span<byte> buffer = stackalloc byte[4096];
        long end = Stopwatch.GetTimestamp() + (timeoutMs * Stopwatch.Frequency / 1000);
        while (true)
        {
            int left = (int)Math.Max(0, (end - Stopwatch.GetTimestamp()) * 1000 / Stopwatch.Frequency);
            var wait = new LibC.pollfd { fd = _events!.Number, events = LibC.POLLIN };
            int ready = LibC.poll(&wait, 1, left);
            if (ready == 0)
            {
                return false;
            }

            nint length;
            fixed (byte* bytes = buffer)
            {
                length = LibC.recv(_events.Number, bytes, (nuint)buffer.Length, LibC.MSG_DONTWAIT | LibC.MSG_TRUNC);
            }

            if (length > buffer.Length)
            {
                // Too long to be read here; it may be ours.
                return true;
            }

            if (length < 0)
            {
                // ENOBUFS: something was lost, perhaps ours.
                if (Marshal.GetLastPInvokeError() == Errno.ENOBUFS)
                {
                    return true;
                }

                continue;
            }

            ReadOnlySpan<byte> data = buffer[..(int)length];
            while (TryMessage(ref data, out nlmsghdr header, out ReadOnlySpan<byte> payload))
            {
                if (header.nlmsg_type is RTM_NEWLINK or RTM_DELLINK && MemoryMarshal.Read<ifinfomsg>(payload).ifi_index == ifindex)
                {
                    return true;
                }
            }
        }
    }
}
