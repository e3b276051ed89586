namespace Dataplane.Engine;

/// <summary>A condition on the device a packet comes in by.</summary>
/// <param name="Name">The device's name.</param>
/// <param name="Negated">Whether it is met by every other device.</param>
public sealed record DeviceMatch(string Name, bool Negated);
