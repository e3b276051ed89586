using Dataplane.Bpf;
using Dataplane.Cni;
using Dataplane.Engine;

namespace Dataplane.Plugins;

/// <summary>The plugin "firewall": lets a container that a main plugin before it has attached begin connections, and keeps containers apart.</summary>
/// <param name="call">The call.</param>
internal sealed class FirewallPlugin(Call call) : CniPlugin
{
    private const string BusVariable = "DBUS_SYSTEM_BUS_ADDRESS";

    /// <inheritdoc/>
    public override string Name => Firewall.Plugin;

    /// <inheritdoc/>
    public override CniResult Add(CniRequest request)
    {
        FirewallConfig config = FirewallConfig.Parse(request);
        DataplaneOptions options = DataplaneOptions.Parse(request.Config);
        CniResult previous = Previous(request);
        _ = config.Policy();
        Translate.Errors(() =>
        {
            using Node node = Open(new NodeOptions { FlowEntries = options.FlowEntries });
            ReferenceLeftovers.RemoveFirewall(request, config.Addresses, call.Log(request));
            if (new Firewall(node, call.Log(request)).Add(config.Request(request, IsFirewalld(config, request))) is { } pending)
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
        using Node node = Translate.Errors(() => Open());
        ILog log = call.Log(request);
        var firewall = new Firewall(node, log);
        bool recorded = node.Run.Firewalls.ReadRecord(Translate.Id(request).FileName) is not null;
        Translate.Errors(() => firewall.Remove(Translate.Id(request)));
        FirewallConfig config = FirewallConfig.Parse(request);
        ReferenceLeftovers.RemoveFirewall(request, config.Addresses, log);
        // Attached before the node was switched.
        if (!recorded && config.Addresses.Count > 0 && IsFirewalld(config, request))
        {
            firewall.LeaveZone(config.Zone, config.Addresses);
        }
    }

    /// <inheritdoc/>
    public override void Check(CniRequest request)
    {
        FirewallConfig config = FirewallConfig.Parse(request);
        _ = Previous(request);
        FirewallRequest asked = config.Request(request, IsFirewalld(config, request));
        Translate.Errors(() =>
        {
            using Node node = Open();
            new Firewall(node, call.Log(request)).Check(asked);
        });
    }

    /// <inheritdoc/>
    public override void Status(CniRequest request)
    {
        FirewallConfig config = FirewallConfig.Parse(request);
        NodeStatus.Check();
        if (config.Backend == FirewallBackend.Firewalld && !Firewall.IsFirewalldRunning(call.Environment.Get(BusVariable), call.Log(request)))
        {
            throw new CniException(CniErrorCode.PluginNotAvailable, "firewalld does not run, and \"backend\" is \"firewalld\": start it, or leave the field out");
        }
    }

    /// <inheritdoc/>
    public override void Gc(CniRequest request)
    {
        // No list is not an empty list: without one nobody said that anything is stale.
        if (request.Config.ValidAttachments is not { } valid)
        {
            return;
        }

        GarbageCollection.Report(Translate.Errors(() =>
        {
            using Node node = Open();
            return new Firewall(node, call.Log(request)).Collect(request.Config.Name, GarbageCollection.Ids(valid));
        }));
    }

    private static CniResult Previous(CniRequest request) =>
        request.Config.PrevResult ?? throw new CniException(CniErrorCode.Internal, "missing prevResult from earlier plugin");

    private Node Open(NodeOptions? options = null)
    {
        Node node = Node.Open(options);
        node.SystemBus = call.Environment.Get(BusVariable);
        return node;
    }

    private bool IsFirewalld(FirewallConfig config, CniRequest request) => config.Backend == FirewallBackend.Firewalld
        || (config.Backend == FirewallBackend.Any && Firewall.IsFirewalldRunning(call.Environment.Get(BusVariable), call.Log(request)));
}
