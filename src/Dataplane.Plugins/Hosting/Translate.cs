using Dataplane.Cni;
using Dataplane.Engine;
using Dataplane.Interop;
using Dataplane.Netlink;

namespace Dataplane.Plugins;

/// <summary>Between CNI's types and the engine's.</summary>
internal static class Translate
{
    /// <summary>Runs something on the node; its failures become CNI errors of code 999 with the kernel's refusal as details.</summary>
    public static T Errors<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (NodeException e)
        {
            throw new CniException(CniErrorCode.Internal, e.Message, e.Details == e.Message ? "" : e.Details, e);
        }
        catch (Exception e) when (e is NetlinkException or LinuxException)
        {
            throw new CniException(CniErrorCode.Internal, e.Message, "", e);
        }
    }

    /// <summary>As <see cref="Errors{T}"/>, for work without a result.</summary>
    public static void Errors(Action work) => Errors(() =>
    {
        work();
        return true;
    });

    /// <summary>An IPAM result as the engine's plan.</summary>
    public static AddressPlan Plan(CniResult result)
    {
        var plan = new AddressPlan();
        foreach (CniIpConfig ip in result.Ips)
        {
            plan.Addresses.Add(new PlannedAddress(ip.Address.Address, ip.Address.Length, ip.Gateway));
        }

        foreach (CniRoute route in result.Routes)
        {
            IpPrefix network = route.Dst.Network;
            plan.Routes.Add(new PlannedRoute(network.Address, network.Length, route.Gw, route.Priority, route.Table, route.Scope));
        }

        return plan;
    }

    /// <summary>The attachment a call names.</summary>
    public static AttachmentId Id(CniRequest request) => new(request.ContainerId, request.IfName);
}
