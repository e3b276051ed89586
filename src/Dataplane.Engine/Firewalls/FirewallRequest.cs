using System.Net;

namespace Dataplane.Engine;

/// <summary>What a container that a main plugin has attached may send and get.</summary>
public sealed class FirewallRequest
{
    /// <summary>The container's interface.</summary>
    public required AttachmentId Id { get; init; }

    /// <summary>The network's name.</summary>
    public required string Network { get; init; }

    /// <summary>The container's namespace, CNI_NETNS.</summary>
    public required string NetnsPath { get; init; }

    /// <summary>Which other containers reach it.</summary>
    public IngressPolicy Policy { get; init; }

    /// <summary>firewalld's zone for its addresses; null: there is no firewalld to ask, and the programs let its connections pass FORWARD.</summary>
    public string? Zone { get; init; }

    /// <summary>Its addresses.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; init; } = [];
}
