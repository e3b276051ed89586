using System.Runtime.InteropServices;

namespace Dataplane.Netlink;

/// <summary>Fixed headers of rtnetlink(7) messages, in the kernel's names and layout.</summary>
internal static class RtnlMessages
{
    [StructLayout(LayoutKind.Sequential)]
    internal struct nlmsghdr
    {
        public uint nlmsg_len;
        public ushort nlmsg_type;
        public ushort nlmsg_flags;
        public uint nlmsg_seq;
        public uint nlmsg_pid;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct sockaddr_nl
    {
        public ushort nl_family;
        public ushort nl_pad;
        public uint nl_pid;
        public uint nl_groups;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct ifinfomsg
    {
        public byte ifi_family;
        public byte ifi_pad;
        public ushort ifi_type;
        public int ifi_index;
        public uint ifi_flags;
        public uint ifi_change;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct ifaddrmsg
    {
        public byte ifa_family;
        public byte ifa_prefixlen;
        public byte ifa_flags;
        public byte ifa_scope;
        public int ifa_index;
    }

    /// <summary>With its padding (NLMSG_ALIGN).</summary>
    [StructLayout(LayoutKind.Sequential, Size = 4)]
    internal struct netconfmsg
    {
        public byte ncm_family;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct rtmsg
    {
        public byte rtm_family;
        public byte rtm_dst_len;
        public byte rtm_src_len;
        public byte rtm_tos;
        public byte rtm_table;
        public byte rtm_protocol;
        public byte rtm_scope;
        public byte rtm_type;
        public uint rtm_flags;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct fib_rule_hdr
    {
        public byte family;
        public byte dst_len;
        public byte src_len;
        public byte tos;
        public byte table;
        public byte res1;
        public byte res2;
        public byte action;
        public uint flags;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct ndmsg
    {
        public byte ndm_family;
        public byte ndm_pad1;
        public ushort ndm_pad2;
        public int ndm_ifindex;
        public ushort ndm_state;
        public byte ndm_flags;
        public byte ndm_type;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct tcmsg
    {
        public byte tcm_family;
        public byte tcm_pad1;
        public ushort tcm_pad2;
        public int tcm_ifindex;
        public uint tcm_handle;
        public uint tcm_parent;
        public uint tcm_info;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct tc_ratespec
    {
        public byte cell_log;
        public byte linklayer;
        public ushort overhead;
        public short cell_align;
        public ushort mpu;
        public uint rate;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct tc_tbf_qopt
    {
        public tc_ratespec rate;
        public tc_ratespec peakrate;
        public uint limit;
        public uint buffer;
        public uint mtu;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct tc_htb_glob
    {
        public uint version;
        public uint rate2quantum;
        public uint defcls;
        public uint debug;
        public uint direct_pkts;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct tc_htb_opt
    {
        public tc_ratespec rate;
        public tc_ratespec ceil;
        public uint buffer;
        public uint cbuffer;
        public uint quantum;
        public uint level;
        public uint prio;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct tc_fifo_qopt
    {
        public uint limit;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct gnet_stats_queue
    {
        public uint qlen;
        public uint backlog;
        public uint drops;
        public uint requeues;
        public uint overlimits;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct br_vlan_msg
    {
        public byte family;
        public byte reserved1;
        public ushort reserved2;
        public uint ifindex;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct bridge_vlan_info
    {
        public ushort flags;
        public ushort vid;
    }
}
