using Dataplane.Interop;

namespace Dataplane.Engine;

/// <summary>
/// Connection tracking, which the programs ask whether the stack let a packet pass. Where it is a module that nobody has loaded yet, a
/// message to its netlink subsystem makes the kernel load it, as the reference's rules do; whoever opens the node's programs then loads ones
/// that can ask it.
/// </summary>
internal static class ConnectionTracking
{
    private const string Sysctl = "/proc/sys/net/netfilter/nf_conntrack_count";

    /// <summary>Loads it, if it is not there. A kernel that has none cannot translate anything either.</summary>
    public static void Load()
    {
        if (!File.Exists(Sysctl))
        {
            Netlink.Netfilter.NfTables.LoadConntrack();
        }
    }
}
