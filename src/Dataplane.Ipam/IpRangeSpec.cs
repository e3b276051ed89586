namespace Dataplane.Ipam;

/// <summary>One range as a configuration gives it: only the subnet is needed, the rest has defaults.</summary>
/// <param name="Subnet">The subnet, or null when the configuration has none (then <see cref="IpRange.FromSpec"/> refuses it).</param>
/// <param name="RangeStart">First address to hand out; default: the one after the network address.</param>
/// <param name="RangeEnd">Last address to hand out; default: the last of the subnet, for IPv4 the one before the broadcast address.</param>
/// <param name="Gateway">Gateway, never handed out; default: the address after the network address.</param>
public readonly record struct IpRangeSpec(
    IpSubnet? Subnet, IpNumber? RangeStart = null, IpNumber? RangeEnd = null, IpNumber? Gateway = null);
