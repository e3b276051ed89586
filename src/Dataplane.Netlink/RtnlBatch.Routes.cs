using System.Net.Sockets;
using static Dataplane.Netlink.RtnlConstants;
using static Dataplane.Netlink.RtnlMessages;

namespace Dataplane.Netlink;

// Routes.
public sealed partial class RtnlBatch
{
    /// <summary>Adds a route.</summary>
    /// <param name="route">The route.</param>
    /// <returns>This batch.</returns>
    public RtnlBatch AddRoute(RouteSpec route)
    {
        ushort conflict = route.Conflict switch
        {
            RouteConflict.Replace => NLM_F_REPLACE,
            RouteConflict.Append => NLM_F_APPEND,
            RouteConflict.Prepend => 0,
            _ => NLM_F_EXCL,
        };
        Route("add route", RTM_NEWROUTE, (ushort)(NLM_F_CREATE | conflict), route, RTN_UNICAST, route.Protocol);
        return End();
    }

    /// <summary>Deletes the first route that matches what is given; without a scope, one of any.</summary>
    /// <param name="route">The route.</param>
    /// <returns>This batch.</returns>
    public RtnlBatch DeleteRoute(RouteSpec route)
    {
        Route("delete route", RTM_DELROUTE, 0, route, 0, 0);
        return End();
    }

    private void Route(string name, ushort type, ushort flags, RouteSpec route, byte kind, byte protocol)
    {
        bool v4 = route.Destination.AddressFamily == AddressFamily.InterNetwork;
        uint table = (uint)(route.Table ?? RT_TABLE_MAIN);
        var header = new rtmsg
        {
            rtm_family = FamilyOf(route.Destination),
            rtm_dst_len = (byte)route.PrefixLength,
            rtm_table = table < 256 ? (byte)table : RT_TABLE_COMPAT,
            rtm_protocol = protocol,
            rtm_scope = (byte)(route.Scope ?? (type == RTM_DELROUTE ? RT_SCOPE_NOWHERE : v4 && route.Gateway is null ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE)),
            rtm_type = kind,
            rtm_flags = route.OnLink ? RTNH_F_ONLINK : 0,
        };
        Begin(name, route.ToString(), type, flags, header);
        if (route.PrefixLength > 0)
        {
            // Strict: bits behind the prefix are refused.
            Span<byte> bytes = stackalloc byte[16];
            route.Destination.TryWriteBytes(bytes, out int length);
            for (int bit = route.PrefixLength; bit < length * 8; bit++)
            {
                bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
            }

            _writer.Attribute(RTA_DST, bytes[..length]);
        }

        if (route.Gateway is not null)
        {
            _writer.Attribute(RTA_GATEWAY, route.Gateway);
        }

        if (route.OutIfIndex != 0)
        {
            _writer.Attribute(RTA_OIF, route.OutIfIndex);
        }

        if (route.Source is not null)
        {
            _writer.Attribute(RTA_PREFSRC, route.Source);
        }

        if (route.Priority != 0)
        {
            _writer.Attribute(RTA_PRIORITY, route.Priority);
        }

        if (table >= 256)
        {
            _writer.Attribute(RTA_TABLE, table);
        }

        if (route.Mtu != 0 || route.AdvMss != 0)
        {
            int metrics = _writer.BeginNested(RTA_METRICS);
            if (route.Mtu != 0)
            {
                _writer.Attribute(RTAX_MTU, route.Mtu);
            }

            if (route.AdvMss != 0)
            {
                _writer.Attribute(RTAX_ADVMSS, route.AdvMss);
            }

            _writer.EndNested(metrics);
        }
    }
}
