using Dataplane.Cni;
using Dataplane.Engine;
using Dataplane.Netlink;

namespace Dataplane.Plugins;

/// <summary>The plugin "macvlan": a container's interface is on the link of a device of the host, with a hardware address of its own.</summary>
/// <param name="call">The call.</param>
internal sealed class MacvlanPlugin(Call call) : DevicePlugin(call)
{
    /// <inheritdoc/>
    public override string Name => "macvlan";

    /// <inheritdoc/>
    protected override string Kind => "macvlan";

    /// <inheritdoc/>
    protected override bool IpamIsOptional => true;

    /// <inheritdoc/>
    public override DeviceConfig Parse(CniRequest request, JsonView root)
    {
        MacvlanMode mode = ModeOf(root.GetString("mode"));
        return new DeviceConfig(Requested(request) with
        {
            Device = DeviceSpec.Macvlan(mode, BroadcastQueue(root)),
            Master = StatusMaster(root),
            Mtu = root.GetInt32("mtu"),
            MtuWithinMaster = true,
            Mac = MacOption.Read(request, root),
            // The one device of a master in this mode takes the master's.
            ChoosesMac = mode != MacvlanMode.Passthru,
            Announces = true,
            DetectDuplicates = root.GetBool("enabledad"),
        });
    }

    /// <inheritdoc/>
    protected override void ReadTypes(JsonView root)
    {
        _ = root.GetString("master");
        _ = root.GetString("mode");
        _ = root.GetInt32("mtu");
        _ = root.GetString("mac");
        _ = root.GetBool("linkInContainer");
        _ = root.GetBool("enabledad");
        _ = BroadcastQueue(root);
    }

    /// <inheritdoc/>
    protected override MasterChoice StatusMaster(JsonView root) => new(root.GetString("master"), root.GetBool("linkInContainer"));

    /// <inheritdoc/>
    protected override void Verify(JsonView root, LinkInfo link)
    {
        MacvlanMode expected = ModeOf(root.GetString("mode"));
        if (link.MacvlanMode != expected)
        {
            throw new NodeException($"Container macvlan mode {TextOf(link.MacvlanMode)} does not match expected value: {TextOf(expected)}");
        }
    }

    private static uint BroadcastQueue(JsonView root)
    {
        ulong length = root.GetUInt("bcqueuelen");
        return length <= uint.MaxValue
            ? (uint)length
            : throw root.Error($"json: cannot unmarshal number {length} into Go struct field NetConf.bcqueuelen of type uint32");
    }

    private static MacvlanMode ModeOf(string text) => text switch
    {
        "" or "bridge" => MacvlanMode.Bridge,
        "private" => MacvlanMode.Private,
        "vepa" => MacvlanMode.Vepa,
        "passthru" => MacvlanMode.Passthru,
        _ => throw new CniException(CniErrorCode.Internal, $"unknown macvlan mode: \"{text}\""),
    };

    private static string TextOf(MacvlanMode? mode) => mode switch
    {
        MacvlanMode.Bridge => "bridge",
        MacvlanMode.Private => "private",
        MacvlanMode.Vepa => "vepa",
        MacvlanMode.Passthru => "passthru",
        _ => "unknown",
    };
}
