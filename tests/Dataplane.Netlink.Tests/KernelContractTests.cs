using Dataplane.Interop.Tests;

namespace Dataplane.Netlink.Tests;

public sealed class KernelContractTests
{
    private static readonly string[] s_headers =
    [
        "sys/socket.h", "linux/if.h", "linux/netlink.h", "linux/rtnetlink.h", "linux/if_link.h", "linux/if_addr.h", "linux/if_bridge.h", "linux/if_ether.h",
        "linux/neighbour.h", "linux/veth.h", "linux/pkt_sched.h", "linux/pkt_cls.h", "linux/gen_stats.h", "linux/ip.h", "linux/net_namespace.h", "linux/fib_rules.h",
        "linux/netconf.h", "linux/ipv6.h",
    ];

    private static readonly Dictionary<string, string> s_names = new()
    {
        ["TC_H_CLSACT_HANDLE"] = "TC_H_MAKE(TC_H_CLSACT, 0)",
        ["TC_H_MIN_INGRESS"] = "TC_H_MIN_INGRESS | 0xffff0000",
        ["TC_H_MIN_EGRESS"] = "TC_H_MIN_EGRESS | 0xffff0000",
    };

    [Fact]
    public void Constants_are_those_of_the_headers() => CProgram.AssertConstants(typeof(RtnlConstants), s_headers, s_names);

    [Fact]
    public void Structures_are_laid_out_as_in_C() => CProgram.AssertStructs(
        s_headers,
        typeof(RtnlMessages.nlmsghdr),
        typeof(RtnlMessages.sockaddr_nl),
        typeof(RtnlMessages.ifinfomsg),
        typeof(RtnlMessages.ifaddrmsg),
        typeof(RtnlMessages.rtmsg),
        typeof(RtnlMessages.fib_rule_hdr),
        typeof(RtnlMessages.ndmsg),
        typeof(RtnlMessages.tcmsg),
        typeof(RtnlMessages.tc_ratespec),
        typeof(RtnlMessages.tc_tbf_qopt),
        typeof(RtnlMessages.tc_htb_glob),
        typeof(RtnlMessages.tc_htb_opt),
        typeof(RtnlMessages.tc_fifo_qopt),
        typeof(RtnlMessages.gnet_stats_queue),
        typeof(RtnlMessages.br_vlan_msg),
        typeof(RtnlMessages.bridge_vlan_info));

    [Fact]
    public void The_devconf_number_that_the_documentation_quotes_is_right() =>
        Assert.Equal(22, CProgram.Evaluate(s_headers, ["IPV4_DEVCONF_ARP_NOTIFY"])["IPV4_DEVCONF_ARP_NOTIFY"]);
}
