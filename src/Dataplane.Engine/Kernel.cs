using Dataplane.Interop;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>Why the kernel refused, as a sentence that follows a colon.</summary>
internal static class Kernel
{
    public static string Reason(Exception e) => e switch
    {
        NetlinkException n => n.ExtendedAck.Length > 0 ? $"{Errno.Text(n.Errno)} ({n.ExtendedAck})" : Errno.Text(n.Errno),
        LinuxException l => Errno.Text(l.Errno),
        _ => e.Message,
    };
}
