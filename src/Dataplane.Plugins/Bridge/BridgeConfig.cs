using Dataplane.Cni;
using Dataplane.Engine;
using Dataplane.Netlink;

namespace Dataplane.Plugins;

/// <summary>The bridge plugin's configuration.</summary>
internal sealed class BridgeConfig
{
    private const int MaxVlan = 4094;

    /// <summary>What the engine is asked for.</summary>
    public required BridgeRequest Request { get; init; }

    /// <summary>Adds a default route by the gateway for every family.</summary>
    public bool IsDefaultGateway { get; private init; }

    /// <summary>What is ours alone.</summary>
    public required DataplaneOptions Options { get; init; }

    /// <summary>Reads and validates it.</summary>
    /// <param name="request">The call.</param>
    /// <param name="plugin">The plugin that attaches the container, for its record.</param>
    /// <param name="mac">The hardware address that another plugin than bridge itself has found asked for; null: none.</param>
    /// <exception cref="CniException">The reference's texts; code 7 for what is ours alone.</exception>
    public static BridgeConfig Parse(CniRequest request, string plugin = BridgeNetwork.Plugin, MacAddress? mac = null)
    {
        JsonView root = request.Config.Root.WithErrors(CniErrorCode.Internal, "failed to load netconf: ");
        int vlan = root.GetInt32("vlan");
        if (vlan is < 0 or > MaxVlan)
        {
            throw new CniException(CniErrorCode.Internal, $"invalid VLAN ID {vlan} (must be between 0 and {MaxVlan})");
        }

        bool isDefaultGateway = root.GetBool("isDefaultGateway");
        DataplaneOptions options = DataplaneOptions.Parse(request.Config);
        return new BridgeConfig
        {
            IsDefaultGateway = isDefaultGateway,
            Options = options,
            Request = new BridgeRequest
            {
                Id = Translate.Id(request),
                Network = request.Config.Name,
                NetnsPath = request.NetnsPath,
                Plugin = plugin,
                Bridge = root.GetString("bridge", "cni0") is { Length: > 0 } name ? name : "cni0",
                Mtu = root.GetInt32("mtu"),
                IsGateway = root.GetBool("isGateway") || isDefaultGateway,
                ForceAddress = root.GetBool("forceAddress"),
                Hairpin = root.GetBool("hairpinMode"),
                Promiscuous = root.GetBool("promiscMode"),
                EnableDad = root.GetBool("enabledad"),
                DisableContainerInterface = root.GetBool("disableContainerInterface"),
                PortIsolation = root.GetBool("portIsolation"),
                PreserveDefaultVlan = root.GetBool("preserveDefaultVlan"),
                Vlan = vlan,
                VlanTrunk = VlanTrunk.Parse(root),
                Mac = plugin == BridgeNetwork.Plugin ? RequestedMac.Read(request) : mac,
                Options = new EndpointOptions
                {
                    FastPathOff = options.FastPathOff,
                    SourceStrict = options.SourceStrict,
                    MacCheck = root.GetBool("macspoofchk"),
                    Masquerade = Masquerade.Options(root, options),
                    Uplinks = options.Uplinks,
                },
            },
        };
    }

    /// <summary>What only an ADD is refused for.</summary>
    /// <param name="request">The call.</param>
    /// <exception cref="CniException">The reference's texts.</exception>
    public void ValidateForAdd(CniRequest request)
    {
        if (Request.DisableContainerInterface && request.Config.IpamType.Length > 0)
        {
            throw new CniException(CniErrorCode.Internal, "cannot use IPAM when DisableContainerInterface flag is set");
        }

        if (Request.Hairpin && Request.Promiscuous)
        {
            throw new CniException(CniErrorCode.Internal, "cannot set hairpin mode and promiscuous mode at the same time");
        }

        if (request.Config.IpamType.Length > 0)
        {
            Masquerade.Validate(request.Config.Root);
        }
    }
}
