using System.Runtime.InteropServices;
using Dataplane.Interop;
using static Dataplane.Netlink.RtnlConstants;
using static Dataplane.Netlink.RtnlMessages;

namespace Dataplane.Netlink;

// Bridge VLANs.
public sealed unsafe partial class RtnlSocket
{
    /// <summary>
    /// VLANs of a bridge port, or of a bridge itself. Asked with RTM_GETVLAN (Linux 5.6), which answers for one device: a
    /// dump of links with RTEXT_FILTER_BRVLAN goes through every port of every bridge.
    /// </summary>
    /// <param name="ifindex">The port.</param>
    /// <returns>One a VLAN, ascending; none for a device that is neither or is not there.</returns>
    public List<BridgeVlanInfo> DumpBridgeVlans(int ifindex)
    {
        var header = new br_vlan_msg { family = LibC.AF_BRIDGE, ifindex = (uint)ifindex };
        BeginRequest(RTM_GETVLAN, NLM_F_DUMP, header).EndMessage();

        var vlans = new List<BridgeVlanInfo>();
        try
        {
            foreach (List<BridgeVlanInfo> part in Dump(RTM_NEWVLAN, "dump bridge VLANs", ParseVlans))
            {
                vlans.AddRange(part);
            }
        }
        catch (NetlinkException e) when (e.Errno is Errno.EINVAL or Errno.EOPNOTSUPP)
        {
            // Neither a bridge nor a port, or a kernel without CONFIG_BRIDGE_VLAN_FILTERING.
        }

        return vlans;
    }

    internal static List<BridgeVlanInfo> ParseVlans(ReadOnlySpan<byte> payload)
    {
        var vlans = new List<BridgeVlanInfo>();
        var entries = new NetlinkAttributes(After<br_vlan_msg>(payload));
        while (entries.Next())
        {
            if (entries.Type != BRIDGE_VLANDB_ENTRY)
            {
                continue;
            }

            bridge_vlan_info info = default;
            ushort last = 0;
            NetlinkAttributes entry = entries.Inner;
            while (entry.Next())
            {
                switch (entry.Type)
                {
                    case BRIDGE_VLANDB_ENTRY_INFO:
                        info = MemoryMarshal.Read<bridge_vlan_info>(entry.Payload);
                        break;
                    case BRIDGE_VLANDB_ENTRY_RANGE:
                        last = entry.UInt16;
                        break;
                }
            }

            // VLANs of equal attributes that follow each other come as one entry.
            for (int vid = info.vid; vid <= Math.Max(info.vid, last); vid++)
            {
                vlans.Add(new BridgeVlanInfo((ushort)vid, (info.flags & BRIDGE_VLAN_INFO_PVID) != 0, (info.flags & BRIDGE_VLAN_INFO_UNTAGGED) != 0));
            }
        }

        return vlans;
    }
}
