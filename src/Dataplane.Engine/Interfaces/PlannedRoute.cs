using System.Net;

namespace Dataplane.Engine;

/// <summary>A route for a container.</summary>
/// <param name="Destination">The network, host bits zero.</param>
/// <param name="PrefixLength">Its length in bits; 0 is the default route.</param>
/// <param name="Gateway">The next hop; null means the first gateway of the addresses of the same family, or none.</param>
/// <param name="Priority">The metric; 0 leaves it to the kernel.</param>
/// <param name="Table">The routing table; null is main.</param>
/// <param name="Scope">As rtnetlink numbers it; null is universe.</param>
public sealed record PlannedRoute(IPAddress Destination, int PrefixLength, IPAddress? Gateway, int Priority = 0, int? Table = null, int? Scope = null);
