using Dataplane.Bpf;
using Dataplane.Cni;
using Dataplane.Engine;

namespace Dataplane.Plugins;

/// <summary>The plugin "portmap": ports of the host that lead to the container a main plugin before it has attached.</summary>
/// <param name="call">The call.</param>
internal sealed class PortmapPlugin(Call call) : CniPlugin
{
    /// <inheritdoc/>
    public override string Name => PortMappings.Plugin;

    /// <inheritdoc/>
    public override CniResult Add(CniRequest request)
    {
        PortmapConfig config = Prefixed(() => PortmapConfig.Parse(request));
        DataplaneOptions options = DataplaneOptions.Parse(request.Config);
        CniResult previous = request.Config.PrevResult ?? throw new CniException(CniErrorCode.Internal, "must be called as chained plugin");
        if (config.Entries.Count == 0)
        {
            return previous;
        }

        PortmapRequest asked = Prefixed(() => config.Request(request));
        Translate.Errors(() =>
        {
            using Node node = Node.Open(new NodeOptions { FlowEntries = options.FlowEntries });
            ReferenceLeftovers.RemovePortMappings(request, call.Log(request));
            if (new PortMappings(node, call.Log(request)).Add(asked) is { } pending)
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
            new PortMappings(node, call.Log(request)).Delete(Translate.Id(request));
            ReferenceLeftovers.RemovePortMappings(request, call.Log(request));
        });
        _ = Prefixed(() => PortmapConfig.Parse(request));
    }

    /// <inheritdoc/>
    public override void Check(CniRequest request)
    {
        PortmapConfig config = PortmapConfig.Parse(request);
        _ = Expectations.PrevResult(request);
        if (config.Entries.Count == 0)
        {
            return;
        }

        PortmapRequest asked = config.Request(request);
        Translate.Errors(() =>
        {
            using Node node = Node.Open();
            new PortMappings(node, call.Log(request)).Check(asked);
        });
    }

    /// <inheritdoc/>
    public override void Status(CniRequest request)
    {
        _ = PortmapConfig.Parse(request);
        NodeStatus.Check();
    }

    /// <inheritdoc/>
    public override void Gc(CniRequest request) => GarbageCollection.Run(
        request, (node, valid) => new PortMappings(node, call.Log(request)).Collect(request.Config.Name, valid));

    // The reference's words before every error of a configuration, on ADD and DEL.
    private static T Prefixed<T>(Func<T> parse)
    {
        try
        {
            return parse();
        }
        catch (CniException e) when (e.Code == CniErrorCode.Internal)
        {
            throw new CniException(e.Code, string.Concat("failed to parse config: ", e.Message), e.Details, e);
        }
    }
}
