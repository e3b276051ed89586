namespace Dataplane.Ipam;

/// <summary>An address given to an owner.</summary>
/// <param name="Address">The address.</param>
/// <param name="PrefixLength">Prefix length of its subnet, in bits.</param>
/// <param name="Gateway">The gateway of its range.</param>
public readonly record struct AllocatedAddress(IpNumber Address, int PrefixLength, IpNumber Gateway);
