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
        int group = RTNLGRP_LINK;
        _events ??= OpenSocket();
        if (LibC.setsockopt(_events.Number, LibC.SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(int)) != 0)
        {
            throw new LinuxException("setsockopt", "RTNLGRP_LINK", Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>
    /// Waits until a device is operationally up. A carrier that appears is noticed by a work queue of
    /// the kernel (linkwatch), not in the call that caused it; until then a bridge does not forward to the port.
    /// </summary>
    /// <param name="ifindex">The device, in this socket's namespace.</param>
    /// <param name="timeoutMs">How long to wait, milliseconds.</param>
    /// <returns>False after the timeout, or when the device is gone.</returns>
    public bool WaitOperUp(int ifindex, int timeoutMs)
    {
        if (_events is null)
        {
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
                length = LibC.recv(_events.Number, bytes, (nuint)buffer.Length, LibC.MSG_DONTWAIT);
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
