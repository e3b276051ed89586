using Dataplane.Bpf;
using Dataplane.Cni;
using Dataplane.Engine;

namespace Dataplane.Plugins;

/// <summary>The plugin "bandwidth": limits what a container that a main plugin before it has attached sends and gets.</summary>
/// <param name="call">The call.</param>
internal sealed class BandwidthPlugin(Call call) : CniPlugin
{
    private const string FirstVersion = "0.3.0";

    /// <inheritdoc/>
    public override string Name => Bandwidth.Plugin;

    /// <inheritdoc/>
    public override IReadOnlyList<string> SupportedVersions { get; } = CniVersions.From(FirstVersion);

    /// <inheritdoc/>
    public override CniResult Add(CniRequest request)
    {
        BandwidthConfig config = BandwidthConfig.Parse(request);
        CniResult previous = request.Config.PrevResult ?? throw new CniException(CniErrorCode.Internal, "must be called as chained plugin");
        DataplaneOptions options = DataplaneOptions.Parse(request.Config);
        Translate.Errors(() =>
        {
            using Node node = Node.Open(new NodeOptions { FlowEntries = options.FlowEntries });
            if (!config.HasLimits && !HasRecord(node, request))
            {
                return;
            }

            if (config.HasLimits)
            {
                BandwidthPeer.Require(node, request, previous);
            }

            if (new Bandwidth(node, call.Log(request)).Add(config.Request(request)) is { } pending)
            {
                call.Keep(pending.Journal);
            }
        });
        return previous;
    }

    /// <inheritdoc/>
    public override void Del(CniRequest request)
    {
        call.Abandon();
        // What there is to remove is in the record. Only then the configuration is looked at, which the reference refuses when it is wrong.
        Translate.Errors(() =>
        {
            using Node node = Node.Open();
            new Bandwidth(node, call.Log(request)).Remove(
                Translate.Id(request), ReferenceNames.BandwidthDevice(request.Config.Name, request.ContainerId), request.NetnsPath);
        });
        _ = BandwidthConfig.Parse(request);
    }

    /// <inheritdoc/>
    public override void Check(CniRequest request)
    {
        BandwidthConfig config = BandwidthConfig.Parse(request);
        CniResult previous = request.Config.PrevResult ?? throw new CniException(CniErrorCode.Internal, "must be called as a chained plugin");
        Translate.Errors(() =>
        {
            using Node node = Node.Open();
            BandwidthPeer.Require(node, request, previous);
            if (config.HasLimits || HasRecord(node, request))
            {
                new Bandwidth(node, call.Log(request)).Check(config.Request(request));
            }
        });
    }

    /// <inheritdoc/>
    public override void Status(CniRequest request)
    {
        BandwidthConfig config = BandwidthConfig.Parse(request);
        NodeStatus.Check();
        try
        {
            Shaper shaper = Shapers.Choose(config.Shaper);
            call.Log(request).Info(shaper == Shaper.Edt ? "limits are kept by departure times: fq (edt)" : "limits are kept by the kernel's token bucket (tbf)");
        }
        catch (NodeException e)
        {
            throw new CniException(CniErrorCode.PluginNotAvailable, e.Message, e.InnerException?.Message ?? "", e);
        }
    }

    /// <inheritdoc/>
    public override void Gc(CniRequest request) => GarbageCollection.Run(
        request, (node, valid) => new Bandwidth(node, call.Log(request)).Collect(request.Config.Name, valid));

    // Of an ADD before this one, or of an operator's.
    private static bool HasRecord(Node node, CniRequest request) => node.Run.Bandwidths.ReadRecord(Translate.Id(request).FileName) is not null;
}
