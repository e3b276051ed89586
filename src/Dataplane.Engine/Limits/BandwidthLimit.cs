namespace Dataplane.Engine;

/// <summary>What a container may send or get, as its configuration says it.</summary>
/// <param name="Rate">Bits a second, of the frames.</param>
/// <param name="Burst">Bits that may pass at once after a silence.</param>
public sealed record BandwidthLimit(ulong Rate, ulong Burst);
