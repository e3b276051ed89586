using Dataplane.Interop;
using static Dataplane.Netlink.RtnlConstants;
using static Dataplane.Netlink.RtnlMessages;

namespace Dataplane.Netlink;

// Bridge ports and their VLANs.
public sealed partial class RtnlBatch
{
    /// <summary>Sets attributes of a bridge port.</summary>
    /// <param name="ifindex">The port.</param>
    /// <param name="hairpin">Frames may leave by the port they came in by; null: as it is.</param>
    /// <param name="isolated">Cut off from other isolated ports; null: as it is.</param>
    /// <returns>This batch.</returns>
    public RtnlBatch SetBridgePort(int ifindex, bool? hairpin = null, bool? isolated = null)
    {
        Begin("set bridge port", Subject(ifindex), RTM_SETLINK, 0, new ifinfomsg { ifi_family = LibC.AF_BRIDGE, ifi_index = ifindex });
        int port = _writer.BeginNested(IFLA_PROTINFO);
        if (hairpin is { } mode)
        {
            _writer.Attribute(IFLA_BRPORT_MODE, (byte)(mode ? 1 : 0));
        }

        if (isolated is { } cutOff)
        {
            _writer.Attribute(IFLA_BRPORT_ISOLATED, (byte)(cutOff ? 1 : 0));
        }

        _writer.EndNested(port);
        return End();
    }

    /// <summary>Adds a VLAN to a bridge port.</summary>
    /// <param name="ifindex">The port.</param>
    /// <param name="vid">1 to 4094.</param>
    /// <param name="pvid">Untagged frames that come in belong to it.</param>
    /// <param name="untagged">Its frames leave untagged.</param>
    /// <returns>This batch.</returns>
    public RtnlBatch AddBridgeVlan(int ifindex, ushort vid, bool pvid, bool untagged)
    {
        int flags = (pvid ? BRIDGE_VLAN_INFO_PVID : 0) | (untagged ? BRIDGE_VLAN_INFO_UNTAGGED : 0);
        return Vlan("add bridge VLAN", RTM_SETLINK, ifindex, vid, (ushort)flags);
    }

    /// <summary>Removes a VLAN from a bridge port.</summary>
    /// <param name="ifindex">The port.</param>
    /// <param name="vid">1 to 4094.</param>
    /// <returns>This batch.</returns>
    public RtnlBatch DeleteBridgeVlan(int ifindex, ushort vid) => Vlan("delete bridge VLAN", RTM_DELLINK, ifindex, vid, 0);

    private RtnlBatch Vlan(string name, ushort type, int ifindex, ushort vid, ushort flags)
    {
        Begin(name, string.Concat(Subject(vid), " on ", Subject(ifindex)), type, 0, new ifinfomsg { ifi_family = LibC.AF_BRIDGE, ifi_index = ifindex });
        int bridge = _writer.BeginNested(IFLA_AF_SPEC);
        _writer.Attribute(IFLA_BRIDGE_VLAN_INFO, new bridge_vlan_info { flags = flags, vid = vid });
        _writer.EndNested(bridge);
        return End();
    }
}
