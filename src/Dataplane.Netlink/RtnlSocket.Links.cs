using System.Runtime.InteropServices;
using Dataplane.Interop;
using static Dataplane.Netlink.RtnlConstants;
using static Dataplane.Netlink.RtnlMessages;

namespace Dataplane.Netlink;

// Network devices.
public sealed unsafe partial class RtnlSocket
{
    /// <summary>The device of a name.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The device, or null: there is none.</returns>
    /// <exception cref="NetlinkException">The kernel refuses.</exception>
    public LinkInfo? FindLink(string name)
    {
        // No kernel device has such a name, and the kernel's answer to one is ERANGE or EINVAL.
        if (name.Length is 0 or > 15)
        {
            return null;
        }

        NetlinkWriter request = BeginRequest(RTM_GETLINK, 0, default(ifinfomsg));
        request.Attribute(IFLA_IFNAME, name);
        request.EndMessage();
        return Get("get link", name, ParseLink, [Errno.ENODEV]);
    }

    /// <summary>The device of an index.</summary>
    /// <param name="ifindex">Its index.</param>
    /// <returns>The device, or null: there is none.</returns>
    /// <exception cref="NetlinkException">The kernel refuses.</exception>
    public LinkInfo? FindLink(int ifindex)
    {
        if (ifindex <= 0)
        {
            return null;
        }

        BeginRequest(RTM_GETLINK, 0, new ifinfomsg { ifi_index = ifindex }).EndMessage();
        return Get("get link", $"{ifindex}", ParseLink, [Errno.ENODEV]);
    }

    /// <summary>Every device of the namespace.</summary>
    /// <returns>In the kernel's order.</returns>
    public List<LinkInfo> DumpLinks()
    {
        BeginRequest(RTM_GETLINK, NLM_F_DUMP, default(ifinfomsg)).EndMessage();
        return Dump(RTM_NEWLINK, "dump links", ParseLink);
    }

    /// <summary>VLANs of a bridge port.</summary>
    /// <param name="ifindex">The port.</param>
    /// <returns>One a VLAN, ascending; none where the bridge does not filter VLANs.</returns>
    public List<BridgeVlanInfo> DumpBridgeVlans(int ifindex)
    {
        var header = new ifinfomsg { ifi_family = LibC.AF_BRIDGE };
        BeginRequest(RTM_GETLINK, NLM_F_DUMP, header).Attribute(IFLA_EXT_MASK, RTEXT_FILTER_BRVLAN);
        _request.EndMessage();

        var vlans = new List<BridgeVlanInfo>();
        Dump(RTM_NEWLINK, "dump bridge VLANs", payload =>
        {
            ParseVlans(payload, ifindex, vlans);
            return (object?)null;
        });
        return vlans;
    }

    private static void ParseVlans(ReadOnlySpan<byte> payload, int ifindex, List<BridgeVlanInfo> vlans)
    {
        if (MemoryMarshal.Read<ifinfomsg>(payload).ifi_index != ifindex)
        {
            return;
        }

        // A dump that was interrupted comes again: the last one holds.
        vlans.Clear();
        var attributes = new NetlinkAttributes(After<ifinfomsg>(payload));
        while (attributes.Next())
        {
            if (attributes.Type != IFLA_AF_SPEC)
            {
                continue;
            }

            NetlinkAttributes inner = attributes.Inner;
            while (inner.Next())
            {
                if (inner.Type == IFLA_BRIDGE_VLAN_INFO)
                {
                    var info = MemoryMarshal.Read<bridge_vlan_info>(inner.Payload);
                    vlans.Add(new BridgeVlanInfo(info.vid, (info.flags & BRIDGE_VLAN_INFO_PVID) != 0, (info.flags & BRIDGE_VLAN_INFO_UNTAGGED) != 0));
                }
            }
        }
    }

    private static LinkInfo ParseLink(ReadOnlySpan<byte> payload)
    {
        var header = MemoryMarshal.Read<ifinfomsg>(payload);
        var link = new LinkInfo { Index = header.ifi_index, Flags = header.ifi_flags };
        var attributes = new NetlinkAttributes(After<ifinfomsg>(payload));
        while (attributes.Next())
        {
            switch (attributes.Type)
            {
                case IFLA_IFNAME:
                    link.Name = attributes.Text;
                    break;
                case IFLA_ADDRESS when attributes.Payload.Length == MacAddress.Length:
                    link.Mac = new MacAddress(attributes.Payload);
                    break;
                case IFLA_MTU:
                    link.Mtu = (int)attributes.UInt32;
                    break;
                case IFLA_LINK:
                    link.PeerIndex = (int)attributes.UInt32;
                    break;
                case IFLA_LINK_NETNSID:
                    link.PeerNetnsId = (int)attributes.UInt32;
                    break;
                case IFLA_MASTER:
                    link.MasterIndex = (int)attributes.UInt32;
                    break;
                case IFLA_OPERSTATE:
                    link.OperState = attributes.UInt8;
                    break;
                case IFLA_PROMISCUITY:
                    link.Promiscuity = attributes.UInt32;
                    break;
                case IFLA_TXQLEN:
                    link.TxQueueLength = (int)attributes.UInt32;
                    break;
                case IFLA_IFALIAS:
                    link.Alias = attributes.Text;
                    break;
                case IFLA_LINKINFO:
                    ParseLinkInfo(attributes.Inner, link);
                    break;
            }
        }

        return link;
    }

    private static void ParseLinkInfo(NetlinkAttributes info, LinkInfo link)
    {
        while (info.Next())
        {
            switch (info.Type)
            {
                case IFLA_INFO_KIND:
                    link.Kind = info.Text;
                    break;
                case IFLA_INFO_DATA when link.Kind == "bridge":
                    NetlinkAttributes bridge = info.Inner;
                    while (bridge.Next())
                    {
                        link.VlanFiltering |= bridge.Type == IFLA_BR_VLAN_FILTERING && bridge.UInt8 != 0;
                    }

                    break;
                case IFLA_INFO_SLAVE_DATA:
                    ParsePort(info.Inner, link);
                    break;
            }
        }
    }

    private static void ParsePort(NetlinkAttributes port, LinkInfo link)
    {
        while (port.Next())
        {
            switch (port.Type)
            {
                case IFLA_BRPORT_STATE:
                    link.PortState = port.UInt8;
                    break;
                case IFLA_BRPORT_MODE:
                    link.Hairpin = port.UInt8 != 0;
                    break;
                case IFLA_BRPORT_ISOLATED:
                    link.Isolated = port.UInt8 != 0;
                    break;
            }
        }
    }
}
