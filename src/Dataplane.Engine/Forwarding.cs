using System.Net.Sockets;
using Dataplane.Interop;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>Lets the host forward.</summary>
internal static class Forwarding
{
    private const byte RTPROT_RA = 9;

    /// <summary>Turns forwarding on for a family where it is off.</summary>
    /// <exception cref="NodeException">It could not be turned on; the text has <paramref name="prefix"/> before the reason.</exception>
    public static void Enable(Node node, AddressFamily family, string prefix, ILog log)
    {
        if (node.Rtnl.Forwards(family))
        {
            return;
        }

        try
        {
            if (family == AddressFamily.InterNetwork)
            {
                Sysctl.Write("1", "net", "ipv4", "ip_forward");
                return;
            }

            KeepDefaultRoutes(node, log);
            Sysctl.Write("1", "net", "ipv6", "conf", "all", "forwarding");
        }
        catch (LinuxException e)
        {
            throw new NodeException($"{prefix}{e.Message}", e);
        }
    }

    /// <summary>
    /// A host that forwards ignores router advertisements unless accept_ra is 2 (kernel: ip-sysctl, accept_ra): one that has its default
    /// route from them would lose it when it expires.
    /// </summary>
    private static void KeepDefaultRoutes(Node node, ILog log)
    {
        foreach (RouteInfo route in node.Rtnl.DumpRoutes(AddressFamily.InterNetworkV6))
        {
            if (route.PrefixLength != 0 || route.Protocol != RTPROT_RA || node.Rtnl.FindLink(route.OutIfIndex) is not { } uplink)
            {
                continue;
            }

            try
            {
                if (Sysctl.Read("net", "ipv6", "conf", uplink.Name, "accept_ra") == "1")
                {
                    Sysctl.Write("2", "net", "ipv6", "conf", uplink.Name, "accept_ra");
                    log.Info($"{uplink.Name}: accept_ra is 2 now: its IPv6 default route comes from router advertisements, which a forwarding host ignores at 1");
                }
            }
            catch (LinuxException e)
            {
                log.Warn($"{uplink.Name}: accept_ra stays as it is, the IPv6 default route may be lost: {e.Message}");
            }
        }
    }
}
