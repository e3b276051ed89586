using System.Globalization;
using Dataplane.Cni;
using Dataplane.Engine;

namespace Dataplane.Plugins;

/// <summary>The bandwidth plugin's configuration: limits written in it, or else given by the runtime, and the peers that they are for.</summary>
internal sealed class BandwidthConfig
{
    private const int MaxSubnets = 256;

    private BandwidthConfig(ShaperChoice shaper) => Shaper = shaper;

    /// <summary>Which engine.</summary>
    public ShaperChoice Shaper { get; }

    /// <summary>Towards the container; null for no limit.</summary>
    public BandwidthLimit? Ingress { get; private init; }

    /// <summary>From the container; null for no limit.</summary>
    public BandwidthLimit? Egress { get; private init; }

    /// <summary>"unshapedSubnets".</summary>
    public IReadOnlyList<AddressPrefix> Unshaped { get; private init; } = [];

    /// <summary>"shapedSubnets".</summary>
    public IReadOnlyList<AddressPrefix> Shaped { get; private init; } = [];

    /// <summary>Whether anything is limited.</summary>
    public bool HasLimits => Ingress is not null || Egress is not null;

    /// <summary>Reads and validates it, in the reference's order.</summary>
    /// <param name="request">The call.</param>
    /// <exception cref="CniException">The reference's texts.</exception>
    public static BandwidthConfig Parse(CniRequest request)
    {
        JsonView root = request.Config.Root.WithErrors(CniErrorCode.Internal, "failed to parse network configuration: ");
        BandwidthEntry written = BandwidthEntry.Read(root);
        BandwidthEntry? given = root.GetObject("runtimeConfig")?.GetObject("bandwidth") is { } runtime ? BandwidthEntry.Read(runtime) : null;
        // One limit that is written, and the runtime's are not looked at. Subnets do not count here: most versions of the
        // reference do not know them, and written ones are of use beside the runtime's limits alone.
        BandwidthEntry limits = written.HasLimits ? written : given ?? written;
        limits.Validate();
        BandwidthEntry peers = limits.HasSubnets ? limits : written;
        if (peers is { Unshaped.Count: > 0, Shaped.Count: > 0 })
        {
            throw Wrong("unshapedSubnets and shapedSubnets cannot be both specified, one of them should be discarded");
        }

        var config = new BandwidthConfig(DataplaneOptions.Parse(request.Config).Shaper)
        {
            Ingress = limits.Ingress.Rate > 0 ? limits.Ingress : null,
            Egress = limits.Egress.Rate > 0 ? limits.Egress : null,
            Unshaped = Prefixes("unshapedSubnets", peers.Unshaped),
            Shaped = Prefixes("shapedSubnets", peers.Shaped),
        };
        _ = request.Config.PrevResult;
        return config;
    }

    /// <summary>What the engine is asked for.</summary>
    /// <param name="request">The call.</param>
    public BandwidthRequest Request(CniRequest request) => new()
    {
        Id = Translate.Id(request),
        Network = request.Config.Name,
        NetnsPath = request.NetnsPath,
        Ingress = Ingress,
        Egress = Egress,
        Unshaped = Unshaped,
        Shaped = Shaped,
        Shaper = Shaper,
        ReferenceDevice = ReferenceNames.BandwidthDevice(request.Config.Name, request.ContainerId),
    };

    private static List<AddressPrefix> Prefixes(string field, IReadOnlyList<string> texts)
    {
        if (texts.Count > MaxSubnets)
        {
            throw Wrong(string.Create(CultureInfo.InvariantCulture, $"{field} has {texts.Count} subnets: up to {MaxSubnets}"));
        }

        var prefixes = new List<AddressPrefix>(texts.Count);
        foreach (string text in texts)
        {
            if (!IpPrefix.TryParse(text, out IpPrefix prefix))
            {
                throw Wrong($"bad subnet {text}: invalid CIDR address: {text}");
            }

            IpPrefix network = prefix.Network;
            prefixes.Add(new AddressPrefix(network.Address, network.Length));
        }

        return prefixes;
    }

    private static CniException Wrong(string message) => new(CniErrorCode.Internal, message);
}
