namespace Dataplane.Dhcp;

/// <summary>A route of a lease.</summary>
/// <param name="Destination">The network.</param>
/// <param name="PrefixLength">Its bits.</param>
/// <param name="Router">The next hop; 0.0.0.0: it is on the link.</param>
public sealed record DaemonRoute(string Destination, int PrefixLength, string Router);
