using System.Net;

namespace Dataplane.Netlink;

/// <summary>An address of a device, as RTM_NEWADDR describes it.</summary>
/// <param name="IfIndex">The device.</param>
/// <param name="Address">The address (IFA_LOCAL where it differs from IFA_ADDRESS).</param>
/// <param name="PrefixLength">Bits of the subnet.</param>
/// <param name="Scope">RT_SCOPE_: 0 global, 253 link, 254 host.</param>
/// <param name="Flags">IFA_F_.</param>
public sealed record AddressInfo(int IfIndex, IPAddress Address, int PrefixLength, byte Scope, uint Flags);
