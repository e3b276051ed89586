using Dataplane.Cni;
using Dataplane.Engine;

namespace Dataplane.Plugins;

/// <summary>The plugin "host-device": a container's interface is a device that the host had.</summary>
/// <param name="call">The call.</param>
internal sealed class HostDevicePlugin(Call call) : CniPlugin
{
    /// <inheritdoc/>
    public override string Name => HostDeviceNetwork.Plugin;

    /// <inheritdoc/>
    public override CniResult Add(CniRequest request)
    {
        HostDeviceConfig config = HostDeviceConfig.Parse(request);
        IpamSource? ipam = Ipam(request);
        return Translate.Errors(() =>
        {
            using Node node = Node.Open();
            PendingAttachment<DeviceAttachment?> pending = new HostDeviceNetwork(node, call.Log(request)).Add(config.Request, ipam);
            call.Keep(pending.Journal);
            return Result(request, pending.Result, ipam?.Result);
        });
    }

    /// <inheritdoc/>
    public override void Del(CniRequest request)
    {
        call.Abandon();
        HostDeviceConfig.ReadTypes(request);
        Translate.Errors(() =>
        {
            using Node node = Node.Open();
            new HostDeviceNetwork(node, call.Log(request)).Delete(Translate.Id(request), request.NetnsPath, Ipam(request), HostDeviceConfig.IsInUserSpace(request));
        });
    }

    /// <inheritdoc/>
    public override void Check(CniRequest request)
    {
        HostDeviceConfig config = HostDeviceConfig.Parse(request);
        Translate.Errors(() => ContainerCheck.RequireNamespace(request.NetnsPath));
        Expectations.CheckIpam(call, request);
        CniResult result = Expectations.PrevResult(request);
        if (config.Request.InUserSpace)
        {
            return;
        }

        ExpectedInterface container = Expectations.Container(request, result);
        Translate.Errors(() => DeviceCheck.Any(request.NetnsPath, container, Translate.Plan(result)));
    }

    /// <inheritdoc/>
    public override void Status(CniRequest request)
    {
        // That the device is not on the host says nothing: a container may have it.
        HostDeviceConfig.ReadTypes(request);
        if (request.Config.IpamType.Length > 0)
        {
            NodeStatus.Delegate(call, request, request.Config.IpamType);
        }
    }

    /// <inheritdoc/>
    public override void Gc(CniRequest request) => GarbageCollection.RunMain(call, request);

    private IpamSource? Ipam(CniRequest request) => request.Config.IpamType.Length == 0 ? null : new IpamSource(call.Plugins, request, static result =>
    {
        foreach (CniIpConfig ip in result.Ips)
        {
            ip.Interface = 0;
        }
    });

    private static CniResult Result(CniRequest request, DeviceAttachment? made, CniResult? ipam)
    {
        var result = new CniResult();
        result.Interfaces.Add(new CniInterface { Name = request.IfName, Mac = made is { Mac.IsZero: false } ? made.Mac.ToString() : "", Sandbox = request.NetnsPath });
        if (ipam is not null)
        {
            result.Ips.AddRange(ipam.Ips);
            result.Routes.AddRange(ipam.Routes);
            result.Dns = request.Config.Dns;
        }

        return result;
    }
}
