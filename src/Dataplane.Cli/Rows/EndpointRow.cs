namespace Dataplane.Cli.Rows;

/// <summary>One attached container interface, as the maps and its attachment record know it.</summary>
internal sealed record EndpointRow
{
    /// <summary>The host end of the container's veth; empty when the device is gone.</summary>
    public required string Device { get; init; }

    /// <summary>Its ifindex on the node: the key of map "endpoints".</summary>
    public required uint Ifindex { get; init; }

    /// <summary>CNI_CONTAINERID of the ADD; empty without a record.</summary>
    public required string ContainerId { get; init; }

    /// <summary>CNI_IFNAME: the interface's name in the container.</summary>
    public required string Ifname { get; init; }

    /// <summary>"name" of the network configuration.</summary>
    public required string Network { get; init; }

    /// <summary>The plugin that attached it: "bridge", "ptp".</summary>
    public required string Plugin { get; init; }

    /// <summary>The addresses that packets from it may carry.</summary>
    public required IReadOnlyList<string> Addresses { get; init; }

    /// <summary>MAC of the container's interface.</summary>
    public required string Mac { get; init; }

    /// <summary>MAC the container sends to for routing; empty: the node does not route for it.</summary>
    public required string GatewayMac { get; init; }

    /// <summary>"l2": a bridge port; "l3": routed (ptp).</summary>
    public required string Mode { get; init; }

    /// <summary>The device whose link the addresses are on: the bridge, its VLAN device, or the veth itself.</summary>
    public required string Domain { get; init; }

    /// <summary>Ifindex of <see cref="Domain"/>.</summary>
    public required uint DomainIfindex { get; init; }

    /// <summary>MTU of the container's interface, bytes of L3.</summary>
    public required uint Mtu { get; init; }

    /// <summary>Of "fastpath_off", "mac_check", "source_strict", "masquerade", "masq_link_local", "queued", "limit", "guard", "allow", "same_bridge", "isolated".</summary>
    public required IReadOnlyList<string> Flags { get; init; }

    /// <summary>Distinguishes this endpoint from every other that had or will have its ifindex.</summary>
    public required uint Generation { get; init; }
}
