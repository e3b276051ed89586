using System.Net.Sockets;
using static Dataplane.Netlink.RtnlConstants;
using static Dataplane.Netlink.RtnlMessages;

namespace Dataplane.Netlink;

// RTM_GETNETCONF. What sysctl files say too: but below /proc/sys/net the kernel looks a name up in one list for all network namespaces
// (fs/proc/proc_sysctl.c, proc_sys_compare), in which the node's own, the eldest, are last: an open takes longer with every container.
public sealed unsafe partial class RtnlSocket
{
    /// <summary>Whether this namespace forwards packets of a family: <c>net.ipv4.ip_forward</c>, <c>net.ipv6.conf.all.forwarding</c>.</summary>
    /// <param name="family">IPv4 or IPv6.</param>
    /// <returns>False also when the kernel does not tell: it has no such family.</returns>
    public bool Forwards(AddressFamily family)
    {
        NetlinkWriter request = BeginRequest(RTM_GETNETCONF, 0, new netconfmsg { ncm_family = Family(family) });
        request.Attribute(NETCONFA_IFINDEX, NETCONFA_IFINDEX_ALL);
        request.EndMessage();
        return Ask(ParseNetconf, out _, out _) is { Forwarding: true };
    }

    private static Netconf ParseNetconf(ReadOnlySpan<byte> payload)
    {
        bool forwarding = false;
        var attributes = new NetlinkAttributes(After<netconfmsg>(payload));
        while (attributes.Next())
        {
            forwarding |= attributes.Type == NETCONFA_FORWARDING && attributes.UInt32 != 0;
        }

        return new Netconf(forwarding);
    }

    private sealed record Netconf(bool Forwarding);
}
