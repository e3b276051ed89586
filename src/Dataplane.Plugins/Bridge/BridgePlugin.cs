using Dataplane.Bpf;
using Dataplane.Cni;
using Dataplane.Engine;
using Dataplane.Netlink;

namespace Dataplane.Plugins;

/// <summary>The plugin "bridge": a container's interface is a veth whose host end is the port of a bridge.</summary>
/// <param name="call">The call.</param>
internal sealed class BridgePlugin(Call call) : MainPlugin
{
    private const int ContainerInterface = 2;

    /// <inheritdoc/>
    public override string Name => BridgeNetwork.Plugin;

    /// <inheritdoc/>
    public override CniResult Attach(CniRequest request, string plugin, MacAddress? mac, Addition? more)
    {
        BridgeConfig config = BridgeConfig.Parse(request, plugin, mac);
        config.ValidateForAdd(request);
        IpamSource? ipam = Ipam(request, config);
        return Translate.Errors(() =>
        {
            using Node node = Node.Open(new NodeOptions { FlowEntries = config.Options.FlowEntries });
            ReferenceLeftovers.RemoveMasquerade(request, call.Log(request));
            PendingAttachment<BridgeAttachment> pending = new BridgeNetwork(node, call.Log(request)).Add(
                config.Request, ipam, more is null ? null : journal => more(node, journal, ipam?.Result));
            call.Keep(pending.Journal);
            return Result(request, config.Request, pending.Result, ipam?.Result);
        });
    }

    /// <inheritdoc/>
    public override void Del(CniRequest request)
    {
        call.Abandon();
        _ = BridgeConfig.Parse(request);
        IpamSource? ipam = request.Config.IpamType.Length > 0 ? new IpamSource(call.Plugins, request) : null;
        Translate.Errors(() =>
        {
            using Node node = Node.Open();
            new Attachments(node, call.Log(request)).Delete(Translate.Id(request), request.NetnsPath, ipam);
            ReferenceLeftovers.RemoveMasquerade(request, call.Log(request));
        });
    }

    /// <inheritdoc/>
    public override void Check(CniRequest request)
    {
        BridgeConfig config = BridgeConfig.Parse(request);
        BridgeCheck.Run(call, request, config.Request);
    }

    /// <inheritdoc/>
    public override void Status(CniRequest request)
    {
        _ = BridgeConfig.Parse(request);
        NodeStatus.Check();
        if (request.Config.IpamType.Length > 0)
        {
            NodeStatus.Delegate(call, request, request.Config.IpamType);
        }
    }

    /// <inheritdoc/>
    public override void Gc(CniRequest request) => GarbageCollection.RunMain(call, request);

    private IpamSource? Ipam(CniRequest request, BridgeConfig config) => request.Config.IpamType.Length == 0 ? null : new IpamSource(call.Plugins, request, result =>
    {
        foreach (CniIpConfig ip in result.Ips)
        {
            ip.Interface = ContainerInterface;
            if (config.Request.IsGateway)
            {
                ip.Gateway ??= GatewayAddresses.FirstOf(ip.Address);
            }
        }

        if (config.IsDefaultGateway)
        {
            GatewayAddresses.AddDefaultRoutes(result);
        }
    });

    private static CniResult Result(CniRequest request, BridgeRequest asked, BridgeAttachment made, CniResult? ipam)
    {
        var result = new CniResult();
        result.Interfaces.Add(new CniInterface { Name = asked.Bridge, Mac = made.BridgeMac.ToString() });
        result.Interfaces.Add(new CniInterface { Name = made.HostName, Mac = made.HostMac.ToString() });
        result.Interfaces.Add(new CniInterface { Name = request.IfName, Mac = made.ContainerMac.ToString(), Sandbox = request.NetnsPath });
        if (made.VlanGateway is { } vlanGateway)
        {
            result.Interfaces.Add(new CniInterface { Name = vlanGateway, Mac = made.VlanGatewayMac.ToString() });
        }

        if (ipam is not null)
        {
            result.Ips.AddRange(ipam.Ips);
            result.Routes.AddRange(ipam.Routes);
            result.Dns = ipam.Dns;
        }

        if (request.Config.Dns.HasAny)
        {
            result.Dns = request.Config.Dns;
        }

        return result;
    }
}
