using System.Net;
using Dataplane.Cni;
using Dataplane.Dhcp;
using Dataplane.Interop;

namespace Dataplane.Plugins;

/// <summary>The IPAM plugin "dhcp": asks the daemon, which gets leases from the DHCP servers of the container's link and keeps them.</summary>
internal sealed class DhcpPlugin : CniPlugin
{
    /// <summary>Its type.</summary>
    public const string PluginName = "dhcp";

    private const string Allocate = "error calling DHCP.Allocate: ";
    private const string Release = "error calling DHCP.Release: ";
    private const int ScopeLink = 253;

    /// <inheritdoc/>
    public override string Name => PluginName;

    /// <inheritdoc/>
    public override CniResult Add(CniRequest request)
    {
        DhcpConfig config = DhcpConfig.Parse(request);
        using DaemonClient daemon = Dial(config);
        DaemonReply lease = Ask(daemon, Allocate, Translated(Allocate, () => Question(request, DaemonMethod.Allocate) with
        {
            Provide = config.Provided(request.Args),
            Request = config.Requested(),
        }));
        return Result(lease, config);
    }

    /// <inheritdoc/>
    public override void Del(CniRequest request)
    {
        DhcpConfig config = DhcpConfig.Parse(request);
        using DaemonClient daemon = Dial(config);
        _ = Ask(daemon, Release, Question(request, DaemonMethod.Release));
    }

    /// <summary>Throws unless the interface has its lease. Unlike the reference's it gets none.</summary>
    /// <param name="request">The call.</param>
    public override void Check(CniRequest request)
    {
        DhcpConfig config = DhcpConfig.Parse(request);
        using DaemonClient daemon = Dial(config);
        DaemonReply lease = Ask(daemon, "dhcp: ", Question(request, DaemonMethod.Check));
        if (request.Config.PrevResult is not { Ips.Count: > 0 } result)
        {
            return;
        }

        IPAddress leased = IPAddress.Parse(lease.Address);
        foreach (CniIpConfig ip in result.Ips)
        {
            if (ip.Address.Address.Equals(leased) && ip.Address.Length == lease.PrefixLength)
            {
                return;
            }
        }

        throw new CniException(
            CniErrorCode.Internal, $"dhcp: the lease of container {request.ContainerId} is of {lease.Address}/{lease.PrefixLength}, which is none of its addresses");
    }

    /// <summary>Throws code 50 when the daemon does not answer, and for a configuration that no ADD could be served with.</summary>
    /// <param name="request">The call.</param>
    public override void Status(CniRequest request)
    {
        DhcpConfig config = DhcpConfig.Parse(request);
        _ = config.Provided("");
        _ = config.Requested();
        try
        {
            using DaemonClient daemon = DaemonClient.Dial(config.SocketPath);
            DaemonReply reply = daemon.Ask(new DaemonRequest { Method = DaemonMethod.Status }, -1);
            if (reply.Error.Length > 0)
            {
                throw new DhcpException(reply.Error);
            }
        }
        catch (DhcpException e)
        {
            throw new CniException(CniErrorCode.PluginNotAvailable, e.Message, "run \"dhcp daemon\", or the unit cni-dhcp.service", e);
        }
    }

    /// <summary>Gives back the leases of every attachment that is not in the list of valid ones; without a list, of none.</summary>
    /// <param name="request">The call.</param>
    public override void Gc(CniRequest request)
    {
        DhcpConfig config = DhcpConfig.Parse(request);
        if (request.Config.ValidAttachments is not { } valid)
        {
            return;
        }

        var collect = new DaemonRequest { Method = DaemonMethod.Collect, Network = request.Config.Name };
        foreach (CniAttachment attachment in valid)
        {
            collect.Keep.Add(new DaemonAttachment(attachment.ContainerId, attachment.IfName));
        }

        using DaemonClient daemon = Dial(config);
        _ = Ask(daemon, Release, collect);
    }

    private static DaemonRequest Question(CniRequest request, DaemonMethod method) => new()
    {
        Method = method,
        ContainerId = request.ContainerId,
        Network = request.Config.Name,
        IfName = request.IfName,
        // The daemon has a directory of its own.
        Netns = request.NetnsPath.Length > 0 ? Path.GetFullPath(request.NetnsPath) : "",
    };

    private static DaemonClient Dial(DhcpConfig config)
    {
        try
        {
            return DaemonClient.Dial(config.SocketPath);
        }
        catch (DhcpException e)
        {
            throw new CniException(CniErrorCode.Internal, e.Message, "", e);
        }
    }

    private static DaemonReply Ask(DaemonClient daemon, string failure, DaemonRequest request)
    {
        DaemonReply reply;
        try
        {
            // Only a lease takes its time. Giving one back goes on after a signal: it is what a failed ADD does.
            reply = daemon.Ask(request, request.Method == DaemonMethod.Allocate ? Termination.Event : -1);
        }
        catch (DhcpException e)
        {
            throw new CniException(CniErrorCode.Internal, e.Message, "", e);
        }

        return reply.Error.Length == 0 ? reply : throw new CniException(CniErrorCode.Internal, failure + reply.Error);
    }

    // The reference's daemon reads the options, so that what is wrong with them is an answer of its.
    private static T Translated<T>(string failure, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (CniException e)
        {
            throw new CniException(e.Code, failure + e.Message, e.Details, e);
        }
    }

    private static CniResult Result(DaemonReply lease, DhcpConfig config)
    {
        var result = new CniResult();
        result.Ips.Add(new CniIpConfig
        {
            Address = new IpPrefix(IPAddress.Parse(lease.Address), lease.PrefixLength),
            Gateway = lease.Gateway.Length > 0 ? IPAddress.Parse(lease.Gateway) : null,
        });
        foreach (DaemonRoute route in lease.Routes)
        {
            var router = IPAddress.Parse(route.Router);
            result.Routes.Add(new CniRoute
            {
                Dst = new IpPrefix(IPAddress.Parse(route.Destination), route.PrefixLength),
                Gw = router,
                Priority = config.Priority,
                // A network on the link: with the gateway 0.0.0.0, as the reference says it, and the scope without which the kernel takes no such route.
                Scope = router.Equals(IPAddress.Any) ? ScopeLink : null,
            });
        }

        return result;
    }
}
