using Dataplane.Cni;
using Dataplane.Engine;
using Dataplane.Interop;
using Dataplane.Netlink;

namespace Dataplane.Plugins;

/// <summary>The plugin "tap": a container's interface is one whose frames a program reads and writes, as virtual machines do.</summary>
/// <param name="call">The call.</param>
internal sealed class TapPlugin(Call call) : DevicePlugin(call)
{
    /// <inheritdoc/>
    public override string Name => "tap";

    /// <inheritdoc/>
    protected override string Kind => "tun";

    /// <inheritdoc/>
    protected override bool IpamIsOptional => true;

    /// <inheritdoc/>
    public override DeviceConfig Parse(CniRequest request, JsonView root) => new(Requested(request) with
    {
        Mtu = root.GetInt32("mtu"),
        Mac = MacOption.Read(request, root),
        Announces = true,
        DetectDuplicates = root.GetBool("enabledad"),
        Tap = new TapOptions
        {
            MultiQueue = root.GetBool("multiQueue"),
            Owner = Identity(root, "owner"),
            Group = Identity(root, "group"),
            SelinuxContext = root.GetString("selinuxContext"),
            Bridge = root.GetString("bridge"),
        },
    });

    /// <inheritdoc/>
    protected override void ReadTypes(JsonView root)
    {
        _ = root.GetBool("multiQueue");
        _ = root.GetInt32("mtu");
        _ = root.GetString("mac");
        _ = Identity(root, "owner");
        _ = Identity(root, "group");
        _ = root.GetString("selinuxContext");
        _ = root.GetString("bridge");
        _ = root.GetBool("enabledad");
    }

    /// <inheritdoc/>
    protected override void VerifySupport(Node node, JsonView root) => TapDevice.Verify();

    /// <inheritdoc/>
    protected override void Verify(JsonView root, LinkInfo link)
    {
        int mtu = root.GetInt32("mtu");
        if (mtu != 0 && link.Mtu != mtu)
        {
            throw new NodeException($"Interface {link.Name} configured mtu {mtu} doesn't match current state: {link.Mtu}");
        }
    }

    private static uint? Identity(JsonView root, string key)
    {
        if (root.Get(key).IsNullOrAbsent)
        {
            return null;
        }

        ulong number = root.GetUInt(key);
        return number <= uint.MaxValue
            ? (uint)number
            : throw root.Error($"json: cannot unmarshal number {number} into Go struct field NetConf.{key} of type uint32");
    }
}
