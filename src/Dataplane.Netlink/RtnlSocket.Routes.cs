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
    /// <summary>
    /// Routes of every table. One with several next hops, which IPv6 makes of equal routes that were appended, is given once for each.
    /// </summary>
    /// <param name="family">Of this family; unspecified: both.</param>
    /// <param name="ifindex">That leave by this device; 0: all.</param>
    /// <returns>In the kernel's order.</returns>
    public List<RouteInfo> DumpRoutes(AddressFamily family = AddressFamily.Unspecified, int ifindex = 0)
    {
        NetlinkWriter request = BeginRequest(RTM_GETROUTE, NLM_F_DUMP, new rtmsg { rtm_family = Family(family) });
        if (ifindex != 0)
        {
            request.Attribute(RTA_OIF, ifindex);
        }

        request.EndMessage();
        var all = new List<RouteInfo>();
        foreach (RouteInfo route in Dump(RTM_NEWROUTE, "dump routes", ParseRoute))
        {
            if (route.NextHops is null)
            {
                all.Add(route);
                continue;
            }

            foreach ((IPAddress? gateway, int device) in route.NextHops)
            {
                all.Add(route with { Gateway = gateway, OutIfIndex = device, NextHops = null });
            }
        }

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

    /// <summary>The route that the kernel would take for a packet.</summary>
    /// <param name="query">The packet.</param>
    /// <param name="errno">Why there is none, else 0: ENETUNREACH, EHOSTUNREACH (also of an unreachable route), EINVAL (blackhole), EACCES
    /// (prohibit), EXDEV (the reverse path filter), ENODEV (no such device).</param>
    /// <returns>The route, or null.</returns>
    public RouteInfo? GetRoute(RouteQuery query, out int errno)
    {
        bool v4 = query.Destination.AddressFamily == AddressFamily.InterNetwork;
        byte bits = (byte)(v4 ? 32 : 128);
        NetlinkWriter request = BeginRequest(RTM_GETROUTE, 0, new rtmsg
        {
            rtm_family = Family(query.Destination.AddressFamily),
            rtm_dst_len = bits,
            rtm_src_len = query.Source is null ? (byte)0 : bits,
            rtm_flags = query.Matched ? RTM_F_FIB_MATCH : 0,
        });
        request.Attribute(RTA_DST, query.Destination);
        if (query.Source is { } source)
        {
            request.Attribute(RTA_SRC, source);
        }

        if (query.InIfIndex != 0)
        {
            request.Attribute(RTA_IIF, query.InIfIndex);
        }

        if (query.OutIfIndex != 0)
        {
            request.Attribute(RTA_OIF, query.OutIfIndex);
        }

        request.EndMessage();
        return Ask(ParseRoute, out errno, out _);
    }

    private static RouteInfo ParseRoute(ReadOnlySpan<byte> payload)
    {
        var header = MemoryMarshal.Read<rtmsg>(payload);
        IPAddress destination = header.rtm_family == LibC.AF_INET ? IPAddress.Any : IPAddress.IPv6Any;
        IPAddress? gateway = null, source = null;
        int device = 0, mtu = 0, advMss = 0;
        List<(IPAddress?, int)>? hops = null;
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
                case RTA_VIA:
                    gateway = Via(attributes.Payload);
                    break;
                case RTA_MULTIPATH:
                    hops = ParseNextHops(attributes.Payload);
                    break;
                case RTA_METRICS:
                    ParseMetrics(attributes.Inner, ref mtu, ref advMss);
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

        return new RouteInfo(destination, header.rtm_dst_len, gateway, device, source, priority, table, header.rtm_scope, header.rtm_protocol, header.rtm_type)
        {
            Mtu = mtu,
            AdvMss = advMss,
            NextHops = hops,
        };
    }

    // struct rtvia: the family (u16) of a next hop that differs from the route's, then its address.
    private static IPAddress? Via(ReadOnlySpan<byte> payload) => payload.Length is 6 or 18 ? new IPAddress(payload[2..]) : null;

    // struct rtnexthop { u16 length; u8 flags; u8 hops; int ifindex; } and attributes, one after the other.
    private static List<(IPAddress?, int)> ParseNextHops(ReadOnlySpan<byte> payload)
    {
        var hops = new List<(IPAddress?, int)>();
        while (payload.Length >= 8)
        {
            int length = MemoryMarshal.Read<ushort>(payload);
            if (length < 8 || length > payload.Length)
            {
                break;
            }

            IPAddress? gateway = null;
            var attributes = new NetlinkAttributes(payload[8..length]);
            while (attributes.Next())
            {
                switch (attributes.Type)
                {
                    case RTA_GATEWAY:
                        gateway = new IPAddress(attributes.Payload);
                        break;
                    case RTA_VIA:
                        gateway = Via(attributes.Payload);
                        break;
                }
            }

            hops.Add((gateway, MemoryMarshal.Read<int>(payload[4..])));
            payload = payload[Math.Min((length + 3) & ~3, payload.Length)..];
        }

        return hops;
    }

    private static void ParseMetrics(NetlinkAttributes metrics, ref int mtu, ref int advMss)
    {
        while (metrics.Next())
        {
            switch (metrics.Type)
            {
                case RTAX_MTU:
                    mtu = (int)metrics.UInt32;
                    break;
                case RTAX_ADVMSS:
                    advMss = (int)metrics.UInt32;
                    break;
            }
        }
    }
}
