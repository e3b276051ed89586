using Dataplane.Cni;
using Dataplane.Engine;

namespace Dataplane.Plugins;

/// <summary>What a plugin of one device makes of its configuration for ADD and CHECK.</summary>
/// <param name="Request">What the engine is asked for.</param>
internal sealed record DeviceConfig(DeviceRequest Request)
{
    /// <summary>Addresses that a plugin before this one in the chain has got; null: they are IPAM's.</summary>
    public CniResult? Chained { get; init; }

    /// <summary>CHECK looks for the routes as well.</summary>
    public bool ChecksRoutes { get; init; } = true;
}
