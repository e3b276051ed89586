using Dataplane.Cni;
using Dataplane.Engine;
using Dataplane.Netlink;

namespace Dataplane.Plugins;

/// <summary>
/// The plugin "ipvlan": a container's interface is on the link of a device of the host and shares its hardware address. After another
/// plugin of a chain it takes that one's interface for its master and that one's addresses.
/// </summary>
/// <param name="call">The call.</param>
internal sealed class IpvlanPlugin(Call call) : DevicePlugin(call)
{
    /// <inheritdoc/>
    public override string Name => "ipvlan";

    /// <inheritdoc/>
    protected override string Kind => "ipvlan";

    /// <inheritdoc/>
    public override DeviceConfig Parse(CniRequest request, JsonView root)
    {
        bool adds = request.Command == CniCommand.Add;
        CniResult? previous = adds ? request.Config.PrevResult : null;
        return new DeviceConfig(Requested(request) with
        {
            Device = DeviceSpec.Ipvlan(ModeOf(root.GetString("mode"))),
            Master = Master(root, previous, adds),
            Mtu = root.GetInt32("mtu"),
            Announces = true,
            DetectDuplicates = root.GetBool("enabledad"),
        })
        {
            Chained = request.Config.IpamType.Length == 0 && previous is { Ips.Count: > 0 } ? previous : null,
        };
    }

    /// <inheritdoc/>
    protected override void ReadTypes(JsonView root)
    {
        _ = root.GetString("master");
        _ = root.GetString("mode");
        _ = root.GetInt32("mtu");
        _ = root.GetBool("linkInContainer");
        _ = root.GetBool("enabledad");
    }

    // Without a master it may be the one of a chain, which STATUS does not see.
    /// <inheritdoc/>
    protected override MasterChoice? StatusMaster(JsonView root) =>
        root.GetString("master") is { Length: > 0 } master ? new(master, root.GetBool("linkInContainer")) : null;

    /// <inheritdoc/>
    protected override void Verify(JsonView root, LinkInfo link)
    {
        IpvlanMode expected = ModeOf(root.GetString("mode"));
        if (link.IpvlanMode != expected)
        {
            throw new NodeException($"Container IPVlan mode {TextOf(link.IpvlanMode)} does not match expected value: {TextOf(expected)}");
        }
    }

    // CHECK's prevResult is this plugin's own: it does not say what the master was.
    private MasterChoice? Master(JsonView root, CniResult? previous, bool adds)
    {
        if (StatusMaster(root) is { } named)
        {
            return named;
        }

        bool inContainer = root.GetBool("linkInContainer");
        if (!adds)
        {
            return null;
        }

        if (previous is null)
        {
            return new MasterChoice("", inContainer);
        }

        return previous.Interfaces.Count == 1 && previous.Interfaces[0].Name.Length > 0
            ? new MasterChoice(previous.Interfaces[0].Name, inContainer)
            : throw new CniException(CniErrorCode.Internal, "chained master failure. PrevResult lacks a single named interface");
    }

    private static IpvlanMode ModeOf(string text) => text switch
    {
        "" or "l2" => IpvlanMode.L2,
        "l3" => IpvlanMode.L3,
        "l3s" => IpvlanMode.L3s,
        _ => throw new CniException(CniErrorCode.Internal, $"unknown ipvlan mode: \"{text}\""),
    };

    private static string TextOf(IpvlanMode? mode) => mode switch
    {
        IpvlanMode.L2 => "l2",
        IpvlanMode.L3 => "l3",
        IpvlanMode.L3s => "l3s",
        _ => "unknown",
    };
}
