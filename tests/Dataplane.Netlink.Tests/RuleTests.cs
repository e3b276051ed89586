using System.Net;
using Dataplane.TestKit;

namespace Dataplane.Netlink.Tests;

/// <summary>Routing rules, and what else plugins behind the main one set.</summary>
public sealed class RuleTests
{
    [NeedsTheory(Needs.Namespaces)]
    [InlineData("192.0.2.7", 100u, 32)]
    [InlineData("192.0.2.7", 70000u, 32)]
    [InlineData("2001:db8::7", 100u, 128)]
    public void A_rule_leads_from_an_address_to_a_table_and_goes_again(string address, uint table, int length)
    {
        using var bed = new Bed("ru");
        IPAddress source = IPAddress.Parse(address);
        List<RuleInfo> before = bed.Rtnl.DumpRules();

        bed.Rtnl.Send(bed.Rtnl.Batch().AddRule(source, table));

        RuleInfo rule = Assert.Single(bed.Rtnl.DumpRules(), r => r.Source is not null);
        Assert.Equal((source, length, table), (rule.Source, rule.SourceLength, rule.Table));
        Assert.Contains($"from {address} lookup {table}", bed.Host.Ip(length == 32 ? "-4" : "-6", "rule"), StringComparison.Ordinal);
        bed.Rtnl.Send(bed.Rtnl.Batch().DeleteRule(rule));
        Assert.Equal(before, bed.Rtnl.DumpRules());
    }

    [NeedsFact(Needs.Namespaces)]
    public void The_kernels_own_rules_have_no_source()
    {
        using var bed = new Bed("ru");

        Assert.Equal([255u, 254u, 253u, 255u, 254u], bed.Rtnl.DumpRules().Select(rule => rule.Table));
        Assert.All(bed.Rtnl.DumpRules(), rule => Assert.Null(rule.Source));
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_device_takes_all_multicast_frames_and_queues_as_many_packets()
    {
        using var bed = new Bed("ru");
        bed.Host.Ip("link", "add", "one", "type", "veth", "peer", "name", "other");
        int index = bed.Rtnl.FindLink("one")!.Index;

        bed.Rtnl.Send(bed.Rtnl.Batch().SetAllMulticast(index, true).SetTxQueueLength(index, 7));
        LinkInfo on = bed.Rtnl.FindLink("one")!;
        bed.Rtnl.Send(bed.Rtnl.Batch().SetAllMulticast(index, false));

        Assert.Equal((true, 7), (on.IsAllMulticast, on.TxQueueLength));
        Assert.False(bed.Rtnl.FindLink("one")!.IsAllMulticast);
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_sysctl_may_be_a_long_list()
    {
        using var bed = new Bed("ru");
        string ports = string.Join(',', Enumerable.Range(0, 400).Select(i => 20000 + (2 * i)));

        string read = bed.Host.Run(() =>
        {
            Sysctl.Write(ports, "net", "ipv4", "ip_local_reserved_ports");
            return Sysctl.Read("net", "ipv4", "ip_local_reserved_ports");
        });

        Assert.Equal(ports, read);
    }

    [Theory]
    [InlineData("0200.5e00.53aF", "02:00:5e:00:53:af")]
    [InlineData("02-00-5E-00-53-01", "02:00:5e:00:53:01")]
    public void A_hardware_address_is_written_in_several_ways(string text, string mac) => Assert.Equal(mac, MacAddress.Parse(text).ToString());

    [Theory]
    [InlineData("0200.5e00.53a")]
    [InlineData("0200.5e00.53ag")]
    [InlineData("0200:5e00:53a1")]
    [InlineData("+200.5e00.53a1")]
    public void What_is_none_is_refused(string text) => Assert.False(MacAddress.TryParse(text, out _));
}
