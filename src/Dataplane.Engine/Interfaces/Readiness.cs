using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>
/// Waits until a device that was set up also sends. Its carrier is noticed by the kernel's linkwatch work, which comes late on a busy
/// node; until then packets are dropped without a trace (noop qdisc), and IPv6 has neither a link-local address nor a multicast route.
/// </summary>
internal static class Readiness
{
    /// <summary>How long a veth of ours may take, milliseconds: 0, 50, 500, 1000 and 1000 ms is how the reference looks after a bridge port.</summary>
    public const int LinkTimeoutMs = 2550;

    // A bridge with spanning tree listens for half a minute first: that is not waited for.
    private const int BridgeTimeoutMs = 100;

    /// <summary>Waits for a veth's end; goes on without it after the timeout.</summary>
    /// <param name="rtnl">A socket of the device's namespace.</param>
    /// <param name="ifIndex">Of the device.</param>
    public static void AwaitLink(RtnlSocket rtnl, int ifIndex) => _ = rtnl.WaitOperUp(ifIndex, LinkTimeoutMs);

    /// <summary>Waits for the bridge whose first live port was just added; goes on without it after the timeout.</summary>
    /// <param name="rtnl">A socket of the host's namespace.</param>
    /// <param name="ifIndex">Of the bridge, or of what carries its addresses.</param>
    public static void AwaitBridge(RtnlSocket rtnl, int ifIndex) => _ = rtnl.WaitOperUp(ifIndex, BridgeTimeoutMs);
}
