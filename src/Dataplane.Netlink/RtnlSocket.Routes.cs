using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Dataplane.Interop;
using static Dataplane.Netlink.RtnlConstants;
using static Dataplane.Netlink.RtnlMessages;

namespace Dataplane.Netlink;

// Routes.
public sealed unsafe partial class RtnlSocket
{
    /// <summary>Routes of every table.</summary>
    /// <param name="family">Of this family; unspecified: both.</param>
    /// <param name="ifindex">That leave by this device; 0: all.</param>
    /// <returns>In the kernel's order.</returns>
    public List<RouteInfo> DumpRoutes(AddressFamily family = AddressFamily.Unspecified, int ifindex = 0)
    {
        BeginRequest(RTM_GETROUTE, NLM_F_DUMP, new rtmsg { rtm_family = Family(family) }).EndMessage();
        List<RouteInfo> all = Dump(RTM_NEWROUTE, "dump routes", ParseRoute);
        if (ifindex != 0)
        {
            all.RemoveAll(r => r.OutIfIndex != ifindex);
        }

        return all;
    }

    /// <summary>The route that the kernel would take.</summary>
    /// <param name="destination">Where to.</param>
    /// <returns>The route, or null: it is unreachable.</returns>
    public RouteInfo? GetRoute(IPAddress destination)
    {
        bool v4 = destination.AddressFamily == AddressFamily.InterNetwork;
        var header = new rtmsg { rtm_family = Family(destination.AddressFamily), rtm_dst_len = (byte)(v4 ? 32 : 128) };
        BeginRequest(RTM_GETROUTE, 0, header).Attribute(RTA_DST, destination);
        _request.EndMessage();
        return Get("get route", destination.ToString(), ParseRoute, [Errno.ENETUNREACH, Errno.EHOSTUNREACH, Errno.ESRCH]);
    }

    private static RouteInfo ParseRoute(ReadOnlySpan<byte> payload)
    {
        var header = MemoryMarshal.Read<rtmsg>(payload);
        IPAddress destination = header.rtm_family == LibC.AF_INET ? IPAddress.Any : IPAddress.IPv6Any;
        IPAddress? gateway = null, source = null;
        int device = 0;
        uint priority = 0, table = header.rtm_table;
        var attributes = new NetlinkAttributes(After<rtmsg>(payload));
        while (attributes.Next())
        {
            switch (attributes.Type)
            {
                case RTA_DST:
                    destination = new IPAddress(attributes.Payload);
                    break;
                case RTA_GATEWAY:
                    gateway = new IPAddress(attributes.Payload);
                    break;
                case RTA_PREFSRC:
                    source = new IPAddress(attributes.Payload);
                    break;
                case RTA_OIF:
                    device = (int)attributes.UInt32;
                    break;
                case RTA_PRIORITY:
                    priority = attributes.UInt32;
                    break;
                case RTA_TABLE:
                    table = attributes.UInt32;
                    break;
            }
        }

        return new RouteInfo(destination, header.rtm_dst_len, gateway, device, source, priority, table, header.rtm_scope, header.rtm_protocol, header.rtm_type);
    }
}
