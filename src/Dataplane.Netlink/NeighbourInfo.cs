using System.Net;

namespace Dataplane.Netlink;

/// <summary>A neighbour entry (ARP, NDP), as RTM_NEWNEIGH describes it.</summary>
/// <param name="IfIndex">The device.</param>
/// <param name="Address">The neighbour's address.</param>
/// <param name="Mac">Its link-layer address; zero while it is not known.</param>
/// <param name="State">NUD_ bits.</param>
public sealed record NeighbourInfo(int IfIndex, IPAddress Address, MacAddress Mac, ushort State);
