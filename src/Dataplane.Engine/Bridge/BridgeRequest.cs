using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>A container's interface on a bridge. Names and defaults are those of the bridge plugin's configuration.</summary>
public sealed class BridgeRequest
{
    /// <summary>The container's interface.</summary>
    public required AttachmentId Id { get; init; }

    /// <summary>The network's name.</summary>
    public required string Network { get; init; }

    /// <summary>The container's network namespace.</summary>
    public required string NetnsPath { get; init; }

    /// <summary>The plugin that attaches it, as its record names it.</summary>
    public string Plugin { get; init; } = BridgeNetwork.Plugin;

    /// <summary>The bridge's name.</summary>
    public string Bridge { get; init; } = "cni0";

    /// <summary>MTU of the bridge when it is made, and of both ends of the veth; 0 leaves it to the kernel.</summary>
    public int Mtu { get; init; }

    /// <summary>Put the gateways' addresses on the bridge and forward.</summary>
    public bool IsGateway { get; init; }

    /// <summary>Replace addresses of the bridge that are in the gateways' way.</summary>
    public bool ForceAddress { get; init; }

    /// <summary>Frames may leave by the port they came from.</summary>
    public bool Hairpin { get; init; }

    /// <summary>The bridge takes frames for any address.</summary>
    public bool Promiscuous { get; init; }

    /// <summary>Duplicate address detection stays on for IPv6.</summary>
    public bool EnableDad { get; init; }

    /// <summary>The container's end stays down.</summary>
    public bool DisableContainerInterface { get; init; }

    /// <summary>The port reaches no other isolated port.</summary>
    public bool PortIsolation { get; init; }

    /// <summary>The bridge's own default VLAN stays on the port when VLANs are asked for.</summary>
    public bool PreserveDefaultVlan { get; init; }

    /// <summary>The access VLAN, 1 to 4094; 0 is none.</summary>
    public int Vlan { get; init; }

    /// <summary>The tagged VLANs, ascending. Null: none given. An empty list still makes the bridge filter VLANs.</summary>
    public IReadOnlyList<int>? VlanTrunk { get; init; }

    /// <summary>The container's hardware address, or null for a random one.</summary>
    public MacAddress? Mac { get; init; }

    /// <summary>How the programs treat the container.</summary>
    public EndpointOptions Options { get; init; } = new();

    /// <summary>Whether the bridge filters VLANs when it is made.</summary>
    public bool VlanFiltering => Vlan != 0 || VlanTrunk is not null;
}
