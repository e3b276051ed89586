using System.Net;
using Dataplane.Cni;

namespace Dataplane.Plugins;

/// <summary>What isGateway and isDefaultGateway add to an IPAM result.</summary>
internal static class GatewayAddresses
{
    /// <summary>The first address of a subnet after its own: what is the gateway when IPAM names none.</summary>
    /// <param name="address">An address of the subnet.</param>
    public static IPAddress FirstOf(IpPrefix address)
    {
        byte[] bytes = address.Network.Address.GetAddressBytes();
        for (int i = bytes.Length - 1; i >= 0 && ++bytes[i] == 0; i--)
        {
        }

        return new IPAddress(bytes);
    }

    /// <summary>Adds, once for each family, the default route by the gateway of its first address; a result that has one with a gateway keeps it.</summary>
    /// <param name="result">The result.</param>
    public static void AddDefaultRoutes(CniResult result)
    {
        bool done4 = false, done6 = false;
        foreach (CniIpConfig ip in result.Ips)
        {
            ref bool done = ref ip.Address.IsV4 ? ref done4 : ref done6;
            if (done)
            {
                continue;
            }

            done = true;
            var everything = new IpPrefix(ip.Address.IsV4 ? IPAddress.Any : IPAddress.IPv6Any, 0);
            if (!HasRoute(result, everything))
            {
                result.Routes.Add(new CniRoute { Dst = everything, Gw = ip.Gateway });
            }
        }
    }

    private static bool HasRoute(CniResult result, IpPrefix destination)
    {
        foreach (CniRoute route in result.Routes)
        {
            if (route.Gw is not null && route.Dst == destination)
            {
                return true;
            }
        }

        return false;
    }
}
