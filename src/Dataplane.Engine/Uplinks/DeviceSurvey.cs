using System.Net;
using System.Net.Sockets;
using Dataplane.Interop;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>
/// What the kernel says of one device as a way out of the node. Every question is about this device alone: the number of answers does
/// not grow with what else the node has.
/// </summary>
internal sealed class DeviceSurvey
{
    private const byte RTN_UNICAST = 1;
    private const byte RT_SCOPE_HOST = 254;

    // What no route is usually made for but the default one. A longer route by another device does not hide it: the kernel is asked
    // for a route by this device. (A blackhole for them would.)
    private static readonly IPAddress s_anywhere4 = new([128, 66, 0, 1]);
    private static readonly IPAddress s_anywhere6 = new([0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);

    private readonly RtnlSocket _rtnl;
    private readonly int _ifIndex;

    private DeviceSurvey(RtnlSocket rtnl, int ifIndex)
    {
        _rtnl = rtnl;
        _ifIndex = ifIndex;
        Addresses = rtnl.DumpAddresses(ifIndex);
    }

    /// <summary>Its addresses, of both families.</summary>
    public List<AddressInfo> Addresses { get; }

    /// <summary>There is no such device.</summary>
    public bool IsGone { get; private set; }

    /// <summary>It is down: it has no routes now, and may have them again.</summary>
    public bool IsDown { get; private set; }

    /// <summary>What makes it an uplink, or <see cref="UplinkReason.NoRoute"/>.</summary>
    public UplinkReason Reason { get; private set; } = UplinkReason.NoRoute;

    /// <summary>What containers are masqueraded as, or null.</summary>
    public IPAddress? Source4 { get; private set; }

    /// <summary>What containers are masqueraded as, or null.</summary>
    public IPAddress? Source6 { get; private set; }

    /// <summary>Looks at a device.</summary>
    public static DeviceSurvey Take(RtnlSocket rtnl, int ifIndex)
    {
        var survey = new DeviceSurvey(rtnl, ifIndex);
        survey.AskRoutes();
        return survey;
    }

    private void AskRoutes()
    {
        bool hasV6 = Has(AddressFamily.InterNetworkV6);
        // IPv4 answers for any device that is up, also one without an address.
        RouteInfo? out4 = Ask(s_anywhere4, null, matched: false, out int errno);
        IsGone = errno == Errno.ENODEV;
        IsDown = errno == Errno.ENETUNREACH;
        if (IsGone)
        {
            Reason = UplinkReason.Gone;
            return;
        }

        RouteInfo? out6 = hasV6 ? Ask(s_anywhere6, null, matched: false, out _) : null;
        if (HasSubnet())
        {
            Reason = UplinkReason.Subnet;
        }

        bool isDefault4 = false;
        if (out4 is not null && (Reason == UplinkReason.NoRoute || IsAmbiguous(AddressFamily.InterNetwork)))
        {
            isDefault4 = Ask(s_anywhere4, null, matched: true, out _) is not null;
        }

        if (Reason == UplinkReason.NoRoute)
        {
            Reason = isDefault4 || out6 is not null ? UplinkReason.DefaultRoute
                : !IsDown && HasRoute() ? UplinkReason.Route
                : UplinkReason.NoRoute;
        }

        if (Reason != UplinkReason.NoRoute)
        {
            Source4 = Source(AddressFamily.InterNetwork, s_anywhere4, out4, isDefault4);
            Source6 = Source(AddressFamily.InterNetworkV6, s_anywhere6, out6, out6 is not null);
        }
    }

    /// <summary>The kernel's own choice for a route by this device; for one that only some source addresses have, the first of those.</summary>
    private IPAddress? Source(AddressFamily family, IPAddress anywhere, RouteInfo? route, bool isDefault)
    {
        if (!isDefault && IsAmbiguous(family) && SourceWithRoute(family, anywhere) is { } own)
        {
            return own;
        }

        IPAddress? chosen = route?.Source;
        bool usable = chosen is not null && !chosen.Equals(IPAddress.Any) && !chosen.IsIPv6LinkLocal && !IPAddress.IsLoopback(chosen);
        return usable ? SourceAddress.Lasting(Addresses, chosen!) : SourceAddress.Choose(Addresses, family, route?.Gateway);
    }

    // "ip rule from ADDRESS lookup TABLE", the usual way of a node with several uplinks.
    private IPAddress? SourceWithRoute(AddressFamily family, IPAddress anywhere)
    {
        foreach (AddressInfo address in Addresses)
        {
            if (SourceAddress.IsUsable(address, family) && Ask(anywhere, address.Address, matched: true, out _) is { } route)
            {
                return route.Source ?? SourceAddress.Choose(Addresses, family, route.Gateway) ?? address.Address;
            }
        }

        return null;
    }

    private bool IsAmbiguous(AddressFamily family)
    {
        int count = 0;
        foreach (AddressInfo address in Addresses)
        {
            count += SourceAddress.IsUsable(address, family) ? 1 : 0;
        }

        return count > 1;
    }

    private bool Has(AddressFamily family)
    {
        foreach (AddressInfo address in Addresses)
        {
            if (address.Address.AddressFamily == family)
            {
                return true;
            }
        }

        return false;
    }

    private bool HasSubnet()
    {
        foreach (AddressInfo address in Addresses)
        {
            if (address.PrefixLength < Subnet.Bits(address.Address) && address.Scope < RT_SCOPE_HOST && !address.Address.IsIPv6LinkLocal)
            {
                return true;
            }
        }

        return false;
    }

    // The answer holds the routes of this device only; asked for devices that are up and have no subnet, a tunnel's for instance.
    private bool HasRoute()
    {
        foreach (AddressFamily family in (ReadOnlySpan<AddressFamily>)[AddressFamily.InterNetwork, AddressFamily.InterNetworkV6])
        {
            foreach (RouteInfo route in _rtnl.DumpRoutes(family, _ifIndex))
            {
                if (route.Type == RTN_UNICAST && route.PrefixLength < Subnet.Bits(route.Destination)
                    && !route.Destination.IsIPv6LinkLocal && !route.Destination.IsIPv6Multicast)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private RouteInfo? Ask(IPAddress destination, IPAddress? source, bool matched, out int errno) =>
        _rtnl.GetRoute(new RouteQuery { Destination = destination, Source = source, OutIfIndex = _ifIndex, Matched = matched }, out errno);
}
