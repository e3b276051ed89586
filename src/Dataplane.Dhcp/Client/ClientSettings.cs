namespace Dataplane.Dhcp;

/// <summary>How patient a client is.</summary>
/// <param name="TimeoutMs">How long a server that made an offer is waited for, until others are looked for.</param>
/// <param name="ResendMaxMs">What the time between two questions does not grow beyond.</param>
/// <param name="ResendTimeoutMs">When it gives up.</param>
/// <param name="Broadcast">Servers are to broadcast their answers.</param>
public sealed record ClientSettings(long TimeoutMs = 10_000, long ResendMaxMs = 62_000, long ResendTimeoutMs = 208_000, bool Broadcast = false);
