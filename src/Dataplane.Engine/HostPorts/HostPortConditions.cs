namespace Dataplane.Engine;

/// <summary>Which packets to a host port lead to the container; null matches everything.</summary>
/// <param name="Source">The client's address.</param>
/// <param name="Destination">The node's address.</param>
/// <param name="Device">Where it comes in.</param>
public sealed record HostPortConditions(AddressMatch? Source = null, AddressMatch? Destination = null, DeviceMatch? Device = null)
{
    /// <summary>Every packet.</summary>
    public static HostPortConditions None { get; } = new();
}
