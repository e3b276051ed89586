namespace Dataplane.Dhcp;

/// <summary>A route that a server told.</summary>
/// <param name="Destination">The network, host bits zero.</param>
/// <param name="Length">Its bits; 0 is the default route.</param>
/// <param name="Router">The next hop; zero: the network is on the link itself.</param>
public sealed record DhcpRoute(Ip4 Destination, int Length, Ip4 Router);
