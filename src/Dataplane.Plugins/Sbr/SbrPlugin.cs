using Dataplane.Cni;
using Dataplane.Engine;

namespace Dataplane.Plugins;

/// <summary>The plugin "sbr": packets from the interface's addresses are routed by tables of their own. All of it is in the container's namespace, and goes with it.</summary>
internal sealed class SbrPlugin : CniPlugin
{
    /// <inheritdoc/>
    public override string Name => "sbr";

    /// <inheritdoc/>
    public override CniResult Add(CniRequest request)
    {
        SbrConfig config = SbrConfig.Parse(request);
        CniResult result = request.Config.PrevResult ?? throw new CniException(CniErrorCode.Internal, "This plugin must be called as chained plugin");
        SourceRoutingRequest routing = config.Request(request, result);
        Translate.Errors(() => SourceRouting.Add(routing));
        return result;
    }

    /// <inheritdoc/>
    public override void Del(CniRequest request)
    {
        SbrConfig config = SbrConfig.Parse(request);
        Translate.Errors(() => SourceRouting.Remove(request.NetnsPath, request.IfName, config.Table));
    }

    /// <inheritdoc/>
    public override void Check(CniRequest request)
    {
        SbrConfig config = SbrConfig.Parse(request);
        // The reference looks at nothing: a result is no condition.
        if (request.Config.PrevResult is { Ips.Count: > 0 } result)
        {
            Translate.Errors(() => SourceRouting.Check(config.Request(request, result)));
        }
    }

    /// <summary>Throws for a configuration or a kernel that no ADD could be served with.</summary>
    /// <param name="request">The call.</param>
    public override void Status(CniRequest request)
    {
        _ = SbrConfig.Parse(request);
        // A namespace has three from the beginning, where the kernel has rules at all.
        NodeStatus.Check(static node => _ = node.Rtnl.DumpRules().Count > 0
            ? true
            : throw new NodeException("the kernel has no routing by rules (CONFIG_IP_MULTIPLE_TABLES)"));
    }
}
