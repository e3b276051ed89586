using Dataplane.Cni;
using Dataplane.Engine;
using Dataplane.Netlink;

namespace Dataplane.Plugins;

/// <summary>
/// What the plugins share whose interface is one device of the container: the device, then IPAM, then addresses and routes. None of
/// them needs the node's programs.
/// </summary>
/// <param name="call">The call.</param>
internal abstract class DevicePlugin(Call call) : CniPlugin
{
    /// <summary>The kernel's name for the device's kind.</summary>
    protected abstract string Kind { get; }

    /// <summary>Without an IPAM plugin the interface is one of the link layer only.</summary>
    protected virtual bool IpamIsOptional => false;

    /// <summary>No ADD can be served without an IPAM plugin, chained or not.</summary>
    protected virtual bool IpamIsRequired => false;

    /// <summary>What the reference says before the error of the IPAM plugin, which is then one of its own; empty: it is passed on as it is.</summary>
    protected virtual string IpamFailure => "";

    /// <summary>What the reference says before "Required prevResult missing".</summary>
    protected virtual string CheckPrefix => "";

    /// <inheritdoc/>
    public sealed override CniResult Add(CniRequest request)
    {
        JsonView root = Load(request);
        DeviceConfig config = Parse(request, root);
        IpamSource? ipam = Ipam(request, config);
        return Translate.Errors(() =>
        {
            using Node node = Node.Open();
            var network = new DeviceNetwork(node, call.Log(request));
            PendingAttachment<DeviceAttachment> pending = config.Chained is { } chained
                ? network.Add(config.Request, Translate.Plan(chained))
                : network.Add(config.Request, ipam);
            call.Keep(pending.Journal);
            return Result(request, pending.Result, config.Chained ?? ipam?.Result);
        });
    }

    /// <inheritdoc/>
    public sealed override void Del(CniRequest request)
    {
        call.Abandon();
        _ = Load(request);
        IpamSource? ipam = request.Config.IpamType.Length > 0 ? new IpamSource(call.Plugins, request) : null;
        Translate.Errors(() =>
        {
            using Node node = Node.Open();
            new Attachments(node, call.Log(request)).Delete(Translate.Id(request), request.NetnsPath, ipam);
        });
    }

    /// <inheritdoc/>
    public sealed override void Check(CniRequest request)
    {
        JsonView root = Load(request);
        DeviceConfig config = Parse(request, root);
        Translate.Errors(() => ContainerCheck.RequireNamespace(request.NetnsPath));
        Expectations.CheckIpam(call, request);
        CniResult result = Expectations.PrevResult(request, CheckPrefix);
        ExpectedInterface container = Expectations.Container(request, result);
        Translate.Errors(() =>
        {
            using Node node = Node.Open();
            DeviceCheck.Run(node, config.Request, container, Translate.Plan(result), config.ChecksRoutes, link => Verify(root, link));
        });
    }

    /// <inheritdoc/>
    public sealed override void Status(CniRequest request)
    {
        JsonView root = Load(request);
        if (IpamIsRequired && request.Config.IpamType.Length == 0)
        {
            throw new CniException(CniErrorCode.Internal, "no plugin name provided");
        }

        NodeStatus.Check(node => VerifySupport(node, root));
        if (StatusMaster(root) is { InContainer: false } master)
        {
            // Containers that are attached are cut off without it as well, unless it is only the default route that is missing.
            NodeStatus.Check(
                node => DeviceSupport.VerifyMaster(node, master),
                master.Name.Length > 0 ? CniErrorCode.LimitedConnectivity : CniErrorCode.PluginNotAvailable);
        }

        if (request.Config.IpamType.Length > 0)
        {
            NodeStatus.Delegate(call, request, request.Config.IpamType);
        }
    }

    /// <inheritdoc/>
    public sealed override void Gc(CniRequest request) => GarbageCollection.RunMain(call, request);

    /// <summary>Reads the configuration for ADD and CHECK.</summary>
    /// <param name="request">The call.</param>
    /// <param name="root">The configuration.</param>
    /// <exception cref="CniException">The reference's texts.</exception>
    public abstract DeviceConfig Parse(CniRequest request, JsonView root);

    /// <summary>Reads every field, for its type: what DEL, STATUS and GC are refused for as well.</summary>
    /// <param name="root">The configuration.</param>
    protected abstract void ReadTypes(JsonView root);

    /// <summary>Throws unless this node can make the device: what STATUS asks.</summary>
    /// <param name="node">The node.</param>
    /// <param name="root">The configuration.</param>
    protected virtual void VerifySupport(Node node, JsonView root) => DeviceSupport.Verify(node, Kind);

    /// <summary>The device that STATUS looks for on the host; null: none.</summary>
    /// <param name="root">The configuration.</param>
    protected virtual MasterChoice? StatusMaster(JsonView root) => null;

    /// <summary>Throws what a device of the right kind has that is not as configured.</summary>
    /// <param name="root">The configuration.</param>
    /// <param name="link">The device.</param>
    /// <exception cref="NodeException">The reference's texts.</exception>
    protected virtual void Verify(JsonView root, LinkInfo link)
    {
    }

    /// <summary>What every plugin asks for: the interface, the container, the kind. The rest is each one's own.</summary>
    /// <param name="request">The call.</param>
    protected DeviceRequest Requested(CniRequest request) => new()
    {
        Id = Translate.Id(request),
        Network = request.Config.Name,
        Plugin = Name,
        NetnsPath = request.NetnsPath,
        Kind = Kind,
    };

    /// <summary>The DNS settings of the result.</summary>
    /// <param name="request">The call.</param>
    /// <param name="ipam">IPAM's result, or null.</param>
    protected virtual CniDns Dns(CniRequest request, CniResult? ipam) => request.Config.Dns;

    private JsonView Load(CniRequest request)
    {
        JsonView root = request.Config.Root.WithErrors(CniErrorCode.Internal, "failed to load netconf: ");
        ReadTypes(root);
        _ = DataplaneOptions.Parse(request.Config);
        return root;
    }

    private IpamSource? Ipam(CniRequest request, DeviceConfig config) =>
        config.Chained is not null || (IpamIsOptional && request.Config.IpamType.Length == 0)
            ? null
            : new IpamSource(call.Plugins, request, First, IpamFailure);

    // All addresses are the one interface's.
    private static void First(CniResult result)
    {
        foreach (CniIpConfig ip in result.Ips)
        {
            ip.Interface = 0;
        }
    }

    private CniResult Result(CniRequest request, DeviceAttachment made, CniResult? addresses)
    {
        var result = new CniResult { Dns = Dns(request, addresses) };
        result.Interfaces.Add(new CniInterface { Name = request.IfName, Mac = made.Mac.ToString(), Sandbox = request.NetnsPath });
        if (addresses is not null)
        {
            First(addresses);
            result.Ips.AddRange(addresses.Ips);
            result.Routes.AddRange(addresses.Routes);
        }

        return result;
    }
}
