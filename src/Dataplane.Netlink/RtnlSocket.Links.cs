using System.Globalization;
using System.Runtime.InteropServices;
using Dataplane.Interop;
using static Dataplane.Netlink.RtnlConstants;
using static Dataplane.Netlink.RtnlMessages;

namespace Dataplane.Netlink;

// Network devices.
public sealed unsafe partial class RtnlSocket
{
    /// <summary>Creates a veth pair, and learns its indexes from the kernel's echo (NLM_F_ECHO) instead of by a question.</summary>
    /// <remarks>
    /// RTM_GETLINK waits for the RTNL lock, on a busy node for milliseconds; the echo costs nothing. Kernels before 6.2 do not echo
    /// RTM_NEWLINK: there the pair is looked up by its name.
    /// </remarks>
    /// <param name="spec">The pair.</param>
    /// <returns>
    /// The host end at its birth: <see cref="LinkInfo.Index"/>, <see cref="LinkInfo.PeerIndex"/>, <see cref="LinkInfo.Mac"/> and
    /// <see cref="LinkInfo.Mtu"/> hold; the bridge gets it after the echo.
    /// </returns>
    /// <exception cref="NetlinkException">The kernel refuses: EEXIST when either name is taken.</exception>
    public LinkInfo CreateVeth(VethSpec spec) => Create(Batch().CreateVeth(spec), spec.HostName);

    /// <summary>Creates a bridge and learns its index as <see cref="CreateVeth"/> does.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="mtu">MTU, bytes; 0: the kernel's.</param>
    /// <param name="vlanFiltering">VLAN filtering on.</param>
    /// <param name="mac">Its address, which then stays; null: the kernel's, which follows the ports.</param>
    /// <returns>The bridge.</returns>
    /// <exception cref="NetlinkException">The kernel refuses: EEXIST when the name is taken.</exception>
    public LinkInfo CreateBridge(string name, int mtu = 0, bool vlanFiltering = false, MacAddress? mac = null) =>
        Create(Batch().CreateBridge(name, mtu, vlanFiltering, mac), name);

    private LinkInfo Create(RtnlBatch batch, string name)
    {
        Send(batch);
        return batch.Created ?? FindLink(name) ?? throw new NetlinkException("get link", name, Errno.ENODEV);
    }

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
        request.Attribute(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
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

        NetlinkWriter request = BeginRequest(RTM_GETLINK, 0, new ifinfomsg { ifi_index = ifindex });
        request.Attribute(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
        request.EndMessage();
        return Get("get link", ifindex.ToString(CultureInfo.InvariantCulture), ParseLink, [Errno.ENODEV]);
    }

    /// <summary>Every device of the namespace.</summary>
    /// <returns>In the kernel's order.</returns>
    public List<LinkInfo> DumpLinks()
    {
        BeginRequest(RTM_GETLINK, NLM_F_DUMP, default(ifinfomsg)).EndMessage();
        return Dump(RTM_NEWLINK, "dump links", ParseLink);
    }

    private static LinkInfo ParseLink(ReadOnlySpan<byte> payload)
    {
        var header = MemoryMarshal.Read<ifinfomsg>(payload);
        var link = new LinkInfo { Index = header.ifi_index, Flags = header.ifi_flags, HardwareType = header.ifi_type };
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
                case IFLA_AF_SPEC:
                    ParseFamilies(attributes.Inner, link);
                    break;
            }
        }

        return link;
    }

    private static void ParseFamilies(NetlinkAttributes families, LinkInfo link)
    {
        while (families.Next())
        {
            if (families.Type != LibC.AF_INET6)
            {
                continue;
            }

            NetlinkAttributes inet6 = families.Inner;
            while (inet6.Next())
            {
                // An array of the device's values by DEVCONF_ of linux/ipv6.h.
                if (inet6.Type == IFLA_INET6_CONF && inet6.Payload.Length >= (DEVCONF_ACCEPT_RA + 1) * sizeof(int))
                {
                    link.AcceptRa = MemoryMarshal.Read<int>(inet6.Payload[(DEVCONF_ACCEPT_RA * sizeof(int))..]);
                }
            }
        }
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
                case IFLA_INFO_DATA:
                    ParseData(info.Inner, link);
                    break;
                case IFLA_INFO_SLAVE_KIND:
                    link.MasterKind = info.Text;
                    break;
                case IFLA_INFO_SLAVE_DATA when link.MasterKind == "bridge":
                    ParsePort(info.Inner, link);
                    break;
            }
        }
    }

    private static void ParseData(NetlinkAttributes data, LinkInfo link)
    {
        while (data.Next())
        {
            switch ((link.Kind, data.Type))
            {
                case ("bridge", IFLA_BR_VLAN_FILTERING):
                    link.VlanFiltering = data.UInt8 != 0;
                    break;
                case ("vrf", IFLA_VRF_TABLE):
                    link.VrfTable = data.UInt32;
                    break;
                case ("macvlan", IFLA_MACVLAN_MODE):
                    link.MacvlanMode = (MacvlanMode)data.UInt32;
                    break;
                case ("ipvlan", IFLA_IPVLAN_MODE):
                    link.IpvlanMode = (IpvlanMode)data.UInt16;
                    break;
                case ("vlan", IFLA_VLAN_ID):
                    link.VlanId = data.UInt16;
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
