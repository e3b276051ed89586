namespace Dataplane.Netlink;

/// <summary>A VLAN of a bridge port.</summary>
/// <param name="VlanId">1 to 4094.</param>
/// <param name="IsPvid">Untagged frames that come in belong to it.</param>
/// <param name="IsUntagged">Its frames leave untagged.</param>
public sealed record BridgeVlanInfo(ushort VlanId, bool IsPvid, bool IsUntagged);
