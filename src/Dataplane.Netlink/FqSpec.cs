namespace Dataplane.Netlink;

/// <summary>Parameters of fair queueing, tc-fq(8); the others are the kernel's.</summary>
/// <param name="Limit">Packets that may wait.</param>
/// <param name="FlowLimit">Packets of one flow that may wait.</param>
public sealed record FqSpec(uint Limit, uint FlowLimit);
