using Dataplane.Benchmarks.Reporting;
using Dataplane.Netlink;

namespace Dataplane.Benchmarks.Beds;

/// <summary>
/// Namespaces that were deleted: their devices end later, in a worker of the kernel (cleanup_net), and are in its lists until then. The worker takes what was deleted in order,
/// or many together; so what was deleted before a namespace has ended when that one's devices have.
/// </summary>
internal static class DyingNamespaces
{
    private const string Last = "bench-last";
    private const int PollMilliseconds = 10;

    /// <summary>Returns when all that were deleted before are gone.</summary>
    public static void AwaitEnd()
    {
        using var bed = new Bed(Side.Floor);
        using NetworkNamespace host = NetworkNamespace.Open(bed.Host);
        using RtnlSocket rtnl = RtnlSocket.Open(host);
        Command.Run("ip", "netns", "add", Last);
        Command.Run("ip", "-n", Path.GetFileName(bed.Host), "link", "add", "last", "type", "veth", "peer", "name", "eth0", "netns", Last);
        Command.Run("ip", "netns", "delete", Last);
        // A veth goes with its peer.
        while (rtnl.FindLink("last") is not null)
        {
            Thread.Sleep(PollMilliseconds);
        }
    }
}
