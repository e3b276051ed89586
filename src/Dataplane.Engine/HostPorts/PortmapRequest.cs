using System.Net;

namespace Dataplane.Engine;

/// <summary>Ports of the node for a container that a main plugin has attached.</summary>
public sealed class PortmapRequest
{
    /// <summary>The container's interface.</summary>
    public required AttachmentId Id { get; init; }

    /// <summary>The network's name.</summary>
    public required string Network { get; init; }

    /// <summary>The container's namespace, CNI_NETNS.</summary>
    public required string NetnsPath { get; init; }

    /// <summary>The ports; of two that are the same the first counts.</summary>
    public required IReadOnlyList<PortMapping> Mappings { get; init; }

    /// <summary>The container's IPv4 address, or null: its ports are then IPv6 ones alone.</summary>
    public IPAddress? Address4 { get; init; }

    /// <summary>The container's IPv6 address, or null.</summary>
    public IPAddress? Address6 { get; init; }

    /// <summary>"snat": the container itself may use its ports, as the node.</summary>
    public bool Snat { get; init; }

    /// <summary>"masqAll": every client appears as the node.</summary>
    public bool MasqueradeAll { get; init; }

    /// <summary>Which IPv4 packets are meant.</summary>
    public HostPortConditions Conditions4 { get; init; } = HostPortConditions.None;

    /// <summary>Which IPv6 packets are meant.</summary>
    public HostPortConditions Conditions6 { get; init; } = HostPortConditions.None;

    /// <summary>The name of the chain that the reference plugin would have made for the container.</summary>
    public required string ReferenceChain { get; init; }
}
