using System.Runtime.ExceptionServices;
using Dataplane.Cni;
using Dataplane.Engine;

namespace Dataplane.Plugins;

/// <summary>
/// The plugin "dataplane", which the reference does not have: what bridge or ptp, portmap, bandwidth and tuning do in a chain, in one process and under
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
        config.Tuning.ValidateSysctls();
        LinkSettings tuned = config.Tuning.Settings(request.IfName);
        ILog log = call.Log(request);
        // The hardware address is one from the beginning. The rest goes before the limits, which depend on the MTU.
        CniResult result = Main(config).Attach(request, Name, tuned.Mac, (node, journal, addresses) =>
        {
            PodTuning.AddTo(tuned with { Mac = null }, journal);
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
            ExceptionDispatchInfo? failure = null;
            // What a chain has attached before its configuration became this one goes as well.
            Attempt(() => new Bandwidth(node, log).Remove(id, ReferenceNames.BandwidthDevice(request.Config.Name, request.ContainerId), request.NetnsPath), ref failure);
            Attempt(() => new PortMappings(node, log).Delete(id), ref failure);
            Attempt(
                () => new Attachments(node, log).Delete(id, request.NetnsPath, request.Config.IpamType.Length > 0 ? new IpamSource(call.Plugins, request) : null),
                ref failure);
            ReferenceLeftovers.RemovePortMappings(request, log);
            ReferenceLeftovers.RemoveMasquerade(request, log);
            failure?.Throw();
        });
        _ = AllInOneConfig.Parse(request);
    }

    /// <inheritdoc/>
    public override void Check(CniRequest request)
    {
        AllInOneConfig config = AllInOneConfig.Parse(request);
        config.Tuning.ValidateSysctls();
        Main(config).Check(request);
        PortmapRequest ports = config.Ports.Request(request);
        Translate.Errors(() =>
        {
            using Node node = Node.Open();
            ILog log = call.Log(request);
            CheckTuning(config.Tuning.Settings(request.IfName), request);
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
        config.Tuning.ValidateSysctls();
        LinkSettings tuned = config.Tuning.Settings("eth0");
        NodeStatus.Require(() => TuningPlugin.RequireSysctls(tuned));
        Main(config).Status(request);
        new BandwidthPlugin(call).Status(request);
    }

    /// <inheritdoc/>
    public override void Gc(CniRequest request) => GarbageCollection.RunMain(
        call,
        request,
        (node, valid) => new PortMappings(node, call.Log(request)).Collect(request.Config.Name, valid),
        (node, valid) => new Bandwidth(node, call.Log(request)).Collect(request.Config.Name, valid));

    private static void Attempt(Action part, ref ExceptionDispatchInfo? failure)
    {
        try
        {
            part();
        }
#pragma warning disable CA1031 // Thrown once the other parts are done.
        catch (Exception e)
#pragma warning restore CA1031
        {
            failure ??= ExceptionDispatchInfo.Capture(e);
        }
    }

    // What nobody has configured is not looked at: tuning is not in every chain.
    private static void CheckTuning(LinkSettings settings, CniRequest request)
    {
        if (!settings.IsEmpty)
        {
            using TunedInterface tuned = TunedInterface.Open(request.NetnsPath, request.IfName);
            tuned.Verify(settings);
        }
    }

    private MainPlugin Main(AllInOneConfig config) => config.IsPtp ? new PtpPlugin(call) : new BridgePlugin(call);
}
