using Dataplane.Cni;
using Dataplane.Engine;
using Dataplane.Netlink;

namespace Dataplane.Plugins;

/// <summary>The plugin "vlan": a container's interface has the frames of one VLAN of a device.</summary>
/// <param name="call">The call.</param>
internal sealed class VlanPlugin(Call call) : DevicePlugin(call)
{
    private const int MaxVlan = 4094;

    /// <inheritdoc/>
    public override string Name => "vlan";

    /// <inheritdoc/>
    protected override string Kind => "vlan";

    /// <inheritdoc/>
    protected override bool IpamIsRequired => true;

    /// <inheritdoc/>
    protected override string IpamFailure => "failed to execute IPAM delegate: ";

    /// <inheritdoc/>
    protected override string CheckPrefix => "vlan: ";

    /// <inheritdoc/>
    public override DeviceConfig Parse(CniRequest request, JsonView root)
    {
        int id = root.GetInt32("vlanId");
        if (root.GetString("master").Length == 0)
        {
            throw new CniException(
                CniErrorCode.Internal, "\"master\" field is required. It specifies the host interface name to create the VLAN for");
        }

        if (id is < 0 or > MaxVlan)
        {
            // The text is the reference's, which takes 4094 for the last one as well.
            throw new CniException(CniErrorCode.Internal, $"invalid VLAN ID {id} (must be between 0 and 4095 inclusive)");
        }

        return new DeviceConfig(Requested(request) with
        {
            Device = DeviceSpec.Vlan(id),
            Master = StatusMaster(root),
            Mtu = root.GetInt32("mtu"),
            MtuWithinMaster = true,
            DetectDuplicates = root.GetBool("enabledad"),
        });
    }

    /// <inheritdoc/>
    protected override void ReadTypes(JsonView root)
    {
        _ = root.GetString("master");
        _ = root.GetInt32("vlanId");
        _ = root.GetInt32("mtu");
        _ = root.GetBool("linkInContainer");
        _ = root.GetBool("enabledad");
    }

    /// <inheritdoc/>
    protected override MasterChoice? StatusMaster(JsonView root) =>
        root.GetString("master") is { Length: > 0 } master ? new(master, root.GetBool("linkInContainer")) : null;

    /// <inheritdoc/>
    protected override void Verify(JsonView root, LinkInfo link)
    {
        int id = root.GetInt32("vlanId"), mtu = root.GetInt32("mtu");
        if (link.VlanId != id)
        {
            throw new NodeException($"Error: Container interface {link.Name} configured vlanId is {id}, current value is {link.VlanId}");
        }

        if (mtu != 0 && mtu != link.Mtu)
        {
            throw new NodeException($"Error: Tuning configured MTU of {link.Name} is {mtu}, current value is {link.Mtu}");
        }
    }
}
