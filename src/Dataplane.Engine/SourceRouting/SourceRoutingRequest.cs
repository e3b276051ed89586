namespace Dataplane.Engine;

/// <summary>What source routing is asked for.</summary>
public sealed class SourceRoutingRequest
{
    /// <summary>CNI_NETNS.</summary>
    public required string NetnsPath { get; init; }

    /// <summary>The container's interface.</summary>
    public required string IfName { get; init; }

    /// <summary>Its addresses, with the gateways that packets from them are to take.</summary>
    public required IReadOnlyList<PlannedAddress> Addresses { get; init; }

    /// <summary>A table that somebody else fills; 0: a table of its own for each address.</summary>
    public int Table { get; init; }

    /// <summary>The main table keeps the routes to the interface's subnets, with the address as their source.</summary>
    public bool SourceHints { get; init; }
}
