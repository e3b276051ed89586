using Dataplane.Cni;
using Dataplane.Engine;

namespace Dataplane.Plugins;

/// <summary>
/// The plugin "dataplane", which the reference does not have: what bridge or ptp, portmap and bandwidth do in a chain, in one process and under
/// one journal. The fields are theirs.
/// </summary>
/// <param name="call">The call.</param>
internal sealed class AllInOnePlugin(Call call) : CniPlugin
{
    /// <summary>The name of the plugin in records.</summary>
    public const string Plugin = "dataplane";

    /// <inheritdoc/>
    public override string Name => Plugin;

    /// <inheritdoc/>
    public override CniResult Add(CniRequest request)
    {
        AllInOneConfig config = AllInOneConfig.Parse(request);
        ILog log = call.Log(request);
        CniResult result = Main(config).Attach(request, Name, (node, journal, addresses) =>
        {
            ReferenceLeftovers.RemovePortMappings(request, log);
            if (config.Ports.Entries.Count > 0)
            {
                config.Ports.FindAddresses(request, addresses);
                new PortMappings(node, log).AddTo(config.Ports.Request(request), journal);
            }

            if (config.Limits.HasLimits)
            {
                new Bandwidth(node, log).AddTo(config.Limits.Request(request), journal);
            }
        });
        result.Dns = config.Dns ?? result.Dns;
        return result;
    }

    /// <inheritdoc/>
    public override void Del(CniRequest request)
    {
        call.Abandon();
        Translate.Errors(() =>
        {
            using Node node = Node.Open();
            ILog log = call.Log(request);
            AttachmentId id = Translate.Id(request);
            // What a chain has attached before its configuration became this one goes as well.
            new Bandwidth(node, log).Remove(id, ReferenceNames.BandwidthDevice(request.Config.Name, request.ContainerId), request.NetnsPath);
            new PortMappings(node, log).Delete(id);
            new Attachments(node, log).Delete(id, request.NetnsPath, request.Config.IpamType.Length > 0 ? new IpamSource(call.Executor, request) : null);
            ReferenceLeftovers.RemovePortMappings(request, log);
            ReferenceLeftovers.RemoveMasquerade(request, log);
        });
        _ = AllInOneConfig.Parse(request);
    }

    /// <inheritdoc/>
    public override void Check(CniRequest request)
    {
        AllInOneConfig config = AllInOneConfig.Parse(request);
        Main(config).Check(request);
        PortmapRequest ports = config.Ports.Request(request);
        Translate.Errors(() =>
        {
            using Node node = Node.Open();
            ILog log = call.Log(request);
            if (ports.Mappings.Count > 0)
            {
                new PortMappings(node, log).Check(ports);
            }

            new Bandwidth(node, log).Check(config.Limits.Request(request));
        });
    }

    /// <inheritdoc/>
    public override void Status(CniRequest request)
    {
        AllInOneConfig config = AllInOneConfig.Parse(request);
        Main(config).Status(request);
        new BandwidthPlugin(call).Status(request);
    }

    /// <inheritdoc/>
    public override void Gc(CniRequest request) => GarbageCollection.RunAll(
        () => new PortmapPlugin(call).Gc(request),
        () => new BandwidthPlugin(call).Gc(request),
        () => GarbageCollection.Run(call, request, Name));

    private MainPlugin Main(AllInOneConfig config) => config.IsPtp ? new PtpPlugin(call) : new BridgePlugin(call);
}
