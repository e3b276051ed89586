namespace Dataplane.Cli.Rows;

/// <summary>How one endpoint is masqueraded.</summary>
internal sealed record MasqueradeRow
{
    /// <summary>The host end of the container's veth; empty when the device is gone.</summary>
    public required string Device { get; init; }

    /// <summary>Its ifindex.</summary>
    public required uint Ifindex { get; init; }

    /// <summary>CNI_CONTAINERID of the ADD; empty without a record.</summary>
    public required string ContainerId { get; init; }

    /// <summary>CNI_IFNAME.</summary>
    public required string Ifname { get; init; }

    /// <summary>"name" of the network configuration.</summary>
    public required string Network { get; init; }

    /// <summary>The endpoint's addresses.</summary>
    public required IReadOnlyList<string> Addresses { get; init; }

    /// <summary>Whether what leaves the node gets the node's address.</summary>
    public required bool Masqueraded { get; init; }

    /// <summary>Lowest source port of the node it may take; 0: not masqueraded.</summary>
    public required ushort PortMin { get; init; }

    /// <summary>Highest one.</summary>
    public required ushort PortMax { get; init; }

    /// <summary>Whether also towards link-local addresses ("masqLinkLocal").</summary>
    public required bool LinkLocal { get; init; }

    /// <summary>Destinations it keeps its own address for: its subnets and "nonMasqueradeCIDRs".</summary>
    public required IReadOnlyList<string> Exclusions { get; init; }
}
