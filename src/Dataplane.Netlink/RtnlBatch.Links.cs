using Dataplane.Interop;
using static Dataplane.Netlink.RtnlConstants;
using static Dataplane.Netlink.RtnlMessages;

namespace Dataplane.Netlink;

// Network devices.
public sealed partial class RtnlBatch
{
    /// <summary>Creates a bridge.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="mtu">MTU, bytes; 0: the kernel's.</param>
    /// <param name="vlanFiltering">VLAN filtering on.</param>
    /// <param name="mac">Its address, which then stays; null: the kernel's, which follows the ports.</param>
    /// <returns>This batch.</returns>
    public RtnlBatch CreateBridge(string name, int mtu = 0, bool vlanFiltering = false, MacAddress? mac = null)
    {
        Begin("create bridge", name, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL | NLM_F_ECHO, default(ifinfomsg));
        Identity(name, mac, mtu);
        int info = _writer.BeginNested(IFLA_LINKINFO);
        _writer.Attribute(IFLA_INFO_KIND, "bridge");
        if (vlanFiltering)
        {
            int data = _writer.BeginNested(IFLA_INFO_DATA);
            _writer.Attribute(IFLA_BR_VLAN_FILTERING, (byte)1);
            _writer.EndNested(data);
        }

        _writer.EndNested(info);
        return End();
    }

    /// <summary>Creates a veth pair, both ends in their place in one message.</summary>
    /// <param name="spec">The pair.</param>
    /// <returns>This batch.</returns>
    public RtnlBatch CreateVeth(VethSpec spec)
    {
        uint up = spec.HostUp ? IFF_UP : 0;
        Begin("create veth", spec.HostName, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL | NLM_F_ECHO, new ifinfomsg { ifi_flags = up, ifi_change = up });
        Identity(spec.HostName, spec.HostMac, spec.HostMtu);
        if (spec.MasterIndex is { } master)
        {
            _writer.Attribute(IFLA_MASTER, master);
        }

        int info = _writer.BeginNested(IFLA_LINKINFO);
        _writer.Attribute(IFLA_INFO_KIND, "veth");
        int data = _writer.BeginNested(IFLA_INFO_DATA);
        int peer = _writer.BeginNested(VETH_INFO_PEER);
        _writer.Append(default(ifinfomsg));
        Identity(spec.PeerName, spec.PeerMac, spec.PeerMtu);
        _writer.Attribute(IFLA_NET_NS_FD, spec.PeerNamespace.Number);
        _writer.EndNested(peer);
        _writer.EndNested(data);
        _writer.EndNested(info);
        return End();
    }

    /// <summary>Sets a device up.</summary>
    /// <param name="ifindex">The device.</param>
    /// <returns>This batch.</returns>
    public RtnlBatch SetLinkUp(int ifindex) => Change("set link up", ifindex, IFF_UP, IFF_UP);

    /// <summary>Sets a device down.</summary>
    /// <param name="ifindex">The device.</param>
    /// <returns>This batch.</returns>
    public RtnlBatch SetLinkDown(int ifindex) => Change("set link down", ifindex, 0, IFF_UP);

    /// <summary>Sets promiscuous mode.</summary>
    /// <param name="ifindex">The device.</param>
    /// <param name="on">On or off.</param>
    /// <returns>This batch.</returns>
    public RtnlBatch SetPromisc(int ifindex, bool on) => Change("set promiscuous mode", ifindex, on ? IFF_PROMISC : 0, IFF_PROMISC);

    /// <summary>Sets all-multicast mode.</summary>
    /// <param name="ifindex">The device.</param>
    /// <param name="on">On or off.</param>
    /// <returns>This batch.</returns>
    public RtnlBatch SetAllMulticast(int ifindex, bool on) => Change("set all-multicast mode", ifindex, on ? IFF_ALLMULTI : 0, IFF_ALLMULTI);

    /// <summary>Sets the length of a device's transmit queue.</summary>
    /// <param name="ifindex">The device.</param>
    /// <param name="packets">The length.</param>
    /// <returns>This batch.</returns>
    public RtnlBatch SetTxQueueLength(int ifindex, int packets)
    {
        Begin("set transmit queue length", Subject(ifindex), RTM_SETLINK, 0, new ifinfomsg { ifi_index = ifindex });
        _writer.Attribute(IFLA_TXQLEN, packets);
        return End();
    }

    /// <summary>Adds a device to a bridge or VRF.</summary>
    /// <param name="ifindex">The device.</param>
    /// <param name="master">The bridge; 0: takes it out.</param>
    /// <returns>This batch.</returns>
    public RtnlBatch SetMaster(int ifindex, int master)
    {
        Begin("set master", Subject(ifindex), RTM_SETLINK, 0, new ifinfomsg { ifi_index = ifindex });
        _writer.Attribute(IFLA_MASTER, master);
        return End();
    }

    /// <summary>Sets a device's address.</summary>
    /// <param name="ifindex">The device.</param>
    /// <param name="mac">The address.</param>
    /// <returns>This batch.</returns>
    public RtnlBatch SetMac(int ifindex, MacAddress mac)
    {
        Begin("set address", Subject(ifindex), RTM_SETLINK, 0, new ifinfomsg { ifi_index = ifindex });
        _writer.Attribute(IFLA_ADDRESS, mac);
        return End();
    }

    /// <summary>Sets a device's MTU.</summary>
    /// <param name="ifindex">The device.</param>
    /// <param name="mtu">Bytes of L3.</param>
    /// <returns>This batch.</returns>
    public RtnlBatch SetMtu(int ifindex, int mtu)
    {
        Begin("set MTU", Subject(ifindex), RTM_SETLINK, 0, new ifinfomsg { ifi_index = ifindex });
        _writer.Attribute(IFLA_MTU, mtu);
        return End();
    }

    /// <summary>Deletes a device; of a veth pair both ends.</summary>
    /// <param name="ifindex">The device.</param>
    /// <returns>This batch.</returns>
    public RtnlBatch DeleteLink(int ifindex)
    {
        Begin("delete link", Subject(ifindex), RTM_DELLINK, 0, new ifinfomsg { ifi_index = ifindex });
        return End();
    }

    /// <summary>Deletes a device by its name; of a veth pair both ends.</summary>
    /// <param name="name">The device.</param>
    /// <returns>This batch.</returns>
    public RtnlBatch DeleteLink(string name)
    {
        Begin("delete link", name, RTM_DELLINK, 0, default(ifinfomsg));
        _writer.Attribute(IFLA_IFNAME, name);
        return End();
    }

    /// <summary>
    /// Sets an IPv4 devconf value (net.ipv4.conf.DEVICE.*) without a visit to the namespace's /proc/sys: the
    /// kernel takes IFLA_AF_SPEC { AF_INET { IFLA_INET_CONF { id = value } } } in RTM_SETLINK.
    /// </summary>
    /// <remarks>
    /// The value alone is stored: what the sysctl file does beyond that (a netconf notification, flushing routes, what forwarding
    /// entails) does not happen. So it is for values that are read when they matter, as arp_notify and arp_announce are. In the
    /// RTM_NEWLINK that creates a device the attribute is checked and then ignored. IPv6 has no such attribute: its values are files only.
    /// </remarks>
    /// <param name="ifindex">The device.</param>
    /// <param name="id">IPV4_DEVCONF_ of linux/ip.h, from 1: ARP_NOTIFY is 22.</param>
    /// <param name="value">The value.</param>
    /// <returns>This batch.</returns>
    public RtnlBatch SetIpv4Conf(int ifindex, ushort id, int value)
    {
        Begin("set IPv4 configuration", Subject(ifindex), RTM_SETLINK, 0, new ifinfomsg { ifi_index = ifindex });
        int families = _writer.BeginNested(IFLA_AF_SPEC);
        int inet = _writer.BeginNested(LibC.AF_INET);
        int conf = _writer.BeginNested(IFLA_INET_CONF);
        _writer.Attribute(id, value);
        _writer.EndNested(conf);
        _writer.EndNested(inet);
        _writer.EndNested(families);
        return End();
    }

    private RtnlBatch Change(string name, int ifindex, uint flags, uint mask)
    {
        Begin(name, Subject(ifindex), RTM_NEWLINK, 0, new ifinfomsg { ifi_index = ifindex, ifi_flags = flags, ifi_change = mask });
        return End();
    }

    private void Identity(string name, MacAddress? mac, int mtu)
    {
        _writer.Attribute(IFLA_IFNAME, name);
        if (mac is { } address)
        {
            _writer.Attribute(IFLA_ADDRESS, address);
        }

        if (mtu > 0)
        {
            _writer.Attribute(IFLA_MTU, mtu);
        }
    }
}
