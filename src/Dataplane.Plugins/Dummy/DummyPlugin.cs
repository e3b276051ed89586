using Dataplane.Cni;
using Dataplane.Engine;
using Dataplane.Netlink;

namespace Dataplane.Plugins;

/// <summary>The plugin "dummy": a container's interface has addresses and leads nowhere.</summary>
/// <param name="call">The call.</param>
internal sealed class DummyPlugin(Call call) : DevicePlugin(call)
{
    /// <inheritdoc/>
    public override string Name => "dummy";

    /// <inheritdoc/>
    protected override string Kind => "dummy";

    /// <inheritdoc/>
    protected override bool IpamIsRequired => true;

    /// <inheritdoc/>
    protected override string CheckPrefix => "dummy: ";

    /// <inheritdoc/>
    public override DeviceConfig Parse(CniRequest request, JsonView root)
    {
        if (request.Config.IpamType.Length == 0)
        {
            throw new CniException(CniErrorCode.Internal, "dummy interface requires an IPAM configuration");
        }

        return new DeviceConfig(Requested(request) with
        {
            Device = DeviceSpec.Dummy(),
            ChoosesMac = true,
        })
        {
            ChecksRoutes = false,
        };
    }

    /// <inheritdoc/>
    protected override void ReadTypes(JsonView root)
    {
        // It has no fields of its own.
    }

    /// <inheritdoc/>
    protected override void Verify(JsonView root, LinkInfo link)
    {
        if (!link.IsUp)
        {
            throw new NodeException($"Interface {link.Name} is down");
        }
    }

    /// <inheritdoc/>
    protected override CniDns Dns(CniRequest request, CniResult? ipam) => ipam?.Dns ?? new CniDns();
}
