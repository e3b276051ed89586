using System.Net;
using System.Net.Sockets;
using Dataplane.Interop;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>Configures the container's end: addresses, up, routes, in the order and with the attributes of the reference plugins.</summary>
internal static class ContainerInterface
{
    private const int ScopeUniverse = 0;

    /// <summary>Lets IPv6 addresses be set and stay when the link goes down. Inside the container's namespace.</summary>
    /// <exception cref="NodeException">A setting could not be written.</exception>
    public static void PrepareIPv6(string ifName)
    {
        foreach (string name in (ReadOnlySpan<string>)["lo", ifName])
        {
            try
            {
                Sysctl.WriteIfDifferent("0", "net", "ipv6", "conf", name, "disable_ipv6");
            }
            catch (LinuxException e)
            {
                // Without the file the kernel has no IPv6: the address that follows says so better.
                if (e.Errno != Errno.ENOENT)
                {
                    throw new NodeException($"failed to enable IPv6 for interface \"{name}\" ({name}): {Kernel.Reason(e)}", e);
                }
            }
        }

        try
        {
            Sysctl.Write("1", "net", "ipv6", "conf", ifName, "keep_addr_on_down");
        }
        catch (LinuxException e)
        {
            throw new NodeException($"failed to enable keep_addr_on_down for interface \"{ifName}\": {Kernel.Reason(e)}", e);
        }
    }

    /// <summary>A sysctl of the thread's namespace whose failure the reference ignores: the kernel may lack what it is about, or /proc is read-only.</summary>
    public static void TrySysctl(string value, params ReadOnlySpan<string> path)
    {
        try
        {
            Sysctl.Write(value, path);
        }
        catch (LinuxException)
        {
            // Best effort, see above.
        }
    }

    /// <summary>Adds the requests that set addresses, bring the link up and add routes; the errors they may meet go to <paramref name="errors"/>.</summary>
    public static void Configure(RtnlBatch batch, List<Func<string>> errors, int ifIndex, string ifName, AddressPlan plan, bool detectDuplicates)
    {
        IPAddress? gateway4 = null, gateway6 = null;
        foreach (PlannedAddress address in plan.Addresses)
        {
            bool v4 = address.Address.AddressFamily == AddressFamily.InterNetwork;
            batch.AddAddress(ifIndex, address.Address, address.PrefixLength, noDad: !v4 && !detectDuplicates);
            errors.Add(() => $"failed to add IP addr {address} to \"{ifName}\"");
            if (v4)
            {
                gateway4 ??= address.Gateway;
            }
            else
            {
                gateway6 ??= address.Gateway;
            }
        }

        batch.SetLinkUp(ifIndex);
        errors.Add(() => $"failed to set \"{ifName}\" UP");
        var added = new HashSet<PlannedRoute>();
        foreach (PlannedRoute route in plan.Routes)
        {
            IPAddress? gateway = route.Gateway ?? (route.Destination.AddressFamily == AddressFamily.InterNetwork ? gateway4 : gateway6);
            // isDefaultGateway beside a default route of IPAM's: the same route twice, which the kernel refuses.
            if (!added.Add(route with { Gateway = gateway }))
            {
                continue;
            }

            batch.AddRoute(new RouteSpec
            {
                Destination = route.Destination,
                PrefixLength = route.PrefixLength,
                Gateway = gateway,
                OutIfIndex = ifIndex,
                Priority = route.Priority,
                Table = route.Table,
                Scope = route.Scope ?? ScopeUniverse,
                Conflict = RouteConflict.Prepend,
            });
            errors.Add(() => $"failed to add route '{route.Destination}/{route.PrefixLength} via {(object?)gateway ?? "<nil>"} dev {ifName} metric {route.Priority} "
                + $"(Scope: {(object?)route.Scope ?? "<nil>"}, Table: {(object?)route.Table ?? "<nil>"})'");
        }
    }

    /// <summary>Sends a batch and puts the sentence of the request that failed before the kernel's reason.</summary>
    /// <exception cref="NodeException">A request failed.</exception>
    public static void Send(RtnlSocket rtnl, RtnlBatch batch, List<Func<string>> errors)
    {
        try
        {
            rtnl.Send(batch);
        }
        catch (NetlinkException e)
        {
            throw new NodeException($"{errors[Math.Min(e.Index, errors.Count - 1)]()}: {Kernel.Reason(e)}", e);
        }
    }
}
