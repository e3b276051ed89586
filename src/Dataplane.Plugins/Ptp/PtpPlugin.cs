using Dataplane.Bpf;
using Dataplane.Cni;
using Dataplane.Engine;
using Dataplane.Netlink;

namespace Dataplane.Plugins;

/// <summary>The plugin "ptp": a container's interface is a veth of its own, and the host routes.</summary>
/// <param name="call">The call.</param>
internal sealed class PtpPlugin(Call call) : MainPlugin
{
    private const int ContainerInterface = 1;

    /// <inheritdoc/>
    public override string Name => PtpNetwork.Plugin;

    /// <inheritdoc/>
    public override CniResult Attach(CniRequest request, string plugin, MacAddress? mac, Addition? more)
    {
        JsonView root = Load(request);
        Masquerade.Validate(root);
        DataplaneOptions options = DataplaneOptions.Parse(request.Config);
        var ipam = new IpamSource(call.Plugins, request, result =>
        {
            foreach (CniIpConfig ip in result.Ips)
            {
                ip.Interface = ContainerInterface;
                if (ip.Gateway is null)
                {
                    throw new CniException(CniErrorCode.Internal, $"IPAM plugin returned no gateway for {ip.Address}: ptp routes everything through it");
                }
            }
        });
        var asked = new PtpRequest
        {
            Id = Translate.Id(request),
            Network = request.Config.Name,
            NetnsPath = request.NetnsPath,
            Plugin = plugin,
            Mac = mac,
            Mtu = root.GetInt32("mtu"),
            Options = Options(root, options),
        };
        return Translate.Errors(() =>
        {
            using Node node = Node.Open(new NodeOptions { FlowEntries = options.FlowEntries });
            ReferenceLeftovers.RemoveMasquerade(request, call.Log(request));
            PendingAttachment<PtpAttachment> pending = new PtpNetwork(node, call.Log(request)).Add(
                asked, ipam, more is null ? null : journal => more(node, journal, ipam.Result));
            call.Keep(pending.Journal);
            return Result(request, pending.Result, ipam.Result!);
        });
    }

    /// <inheritdoc/>
    public override void Del(CniRequest request)
    {
        call.Abandon();
        _ = Load(request);
        Translate.Errors(() =>
        {
            using Node node = Node.Open();
            new Attachments(node, call.Log(request)).Delete(Translate.Id(request), request.NetnsPath, new IpamSource(call.Plugins, request));
            ReferenceLeftovers.RemoveMasquerade(request, call.Log(request));
        });
    }

    /// <inheritdoc/>
    public override void Check(CniRequest request)
    {
        JsonView root = Load(request);
        PtpCheck.Run(call, request, Options(root, DataplaneOptions.Parse(request.Config)));
    }

    /// <inheritdoc/>
    public override void Status(CniRequest request)
    {
        _ = Load(request);
        _ = DataplaneOptions.Parse(request.Config);
        NodeStatus.Check();
        NodeStatus.Delegate(call, request, request.Config.IpamType);
    }

    /// <inheritdoc/>
    public override void Gc(CniRequest request) => GarbageCollection.RunMain(call, request);

    private static JsonView Load(CniRequest request)
    {
        JsonView root = request.Config.Root.WithErrors(CniErrorCode.Internal, "failed to load netconf: ");
        _ = root.GetBool("ipMasq");
        _ = root.GetString("ipMasqBackend");
        _ = root.GetInt32("mtu");
        return root;
    }

    private static EndpointOptions Options(JsonView root, DataplaneOptions own) => new()
    {
        FastPathOff = own.FastPathOff,
        SourceStrict = own.SourceStrict,
        Masquerade = Masquerade.Options(root, own),
        Uplinks = own.Uplinks,
    };

    private static CniResult Result(CniRequest request, PtpAttachment made, CniResult ipam)
    {
        var result = new CniResult { Dns = request.Config.Dns.HasAny ? request.Config.Dns : ipam.Dns };
        result.Interfaces.Add(new CniInterface { Name = made.HostName, Mac = made.HostMac.ToString() });
        result.Interfaces.Add(new CniInterface { Name = request.IfName, Mac = made.ContainerMac.ToString(), Sandbox = request.NetnsPath });
        result.Ips.AddRange(ipam.Ips);
        result.Routes.AddRange(ipam.Routes);
        return result;
    }
}
