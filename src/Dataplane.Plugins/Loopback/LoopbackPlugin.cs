using Dataplane.Cni;
using Dataplane.Engine;
using LoopbackInterface = Dataplane.Engine.Loopback;

namespace Dataplane.Plugins;

/// <summary>The plugin "loopback": the container's interface "lo", whatever CNI_IFNAME says.</summary>
internal sealed class LoopbackPlugin : CniPlugin
{
    private const string Mac = "00:00:00:00:00:00";

    /// <inheritdoc/>
    public override string Name => "loopback";

    /// <inheritdoc/>
    public override CniResult Add(CniRequest request)
    {
        CniResult? previous = request.Config.PrevResult;
        List<PlannedAddress> addresses = Translate.Errors(() => LoopbackInterface.SetUp(request.NetnsPath));
        if (previous is not null)
        {
            return previous;
        }

        var result = new CniResult();
        result.Interfaces.Add(new CniInterface { Name = LoopbackInterface.IfName, Mac = Mac, Sandbox = request.NetnsPath });
        foreach (PlannedAddress address in addresses)
        {
            result.Ips.Add(new CniIpConfig { Interface = 0, Address = new IpPrefix(address.Address, address.PrefixLength) });
        }

        return result;
    }

    /// <inheritdoc/>
    public override void Del(CniRequest request) => Translate.Errors(() => LoopbackInterface.SetDown(request.NetnsPath));

    /// <inheritdoc/>
    public override void Check(CniRequest request) => Translate.Errors(() => LoopbackInterface.Check(request.NetnsPath));
}
