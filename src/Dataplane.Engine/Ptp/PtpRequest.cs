using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>A container's interface on a veth of its own, routed by the host.</summary>
public sealed class PtpRequest
{
    /// <summary>The container's interface.</summary>
    public required AttachmentId Id { get; init; }

    /// <summary>The network's name.</summary>
    public required string Network { get; init; }

    /// <summary>The container's network namespace.</summary>
    public required string NetnsPath { get; init; }

    /// <summary>The plugin that attaches it, as its record names it.</summary>
    public string Plugin { get; init; } = PtpNetwork.Plugin;

    /// <summary>Hardware address of the container's end; null for a random one.</summary>
    public MacAddress? Mac { get; init; }

    /// <summary>MTU of both ends of the veth; 0 leaves it to the kernel.</summary>
    public int Mtu { get; init; }

    /// <summary>How the programs treat the container.</summary>
    public EndpointOptions Options { get; init; } = new();
}
