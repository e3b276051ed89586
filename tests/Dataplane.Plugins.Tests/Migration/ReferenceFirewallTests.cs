using System.Net;
using Dataplane.Cni;
using Dataplane.TestKit;

namespace Dataplane.Plugins.Tests.Migration;

/// <summary>What the reference's firewall left of a container: it goes by the container's addresses, and everything else stays as it is.</summary>
public sealed class ReferenceFirewallTests
{
    private const Needs Both = Needs.Namespaces | Needs.ReferencePlugins | Needs.Iptables | Needs.Ip6tables | Needs.Nft | Needs.IptablesLegacy;

    public static TheoryData<bool, CniCommand> Calls => new() { { false, CniCommand.Add }, { false, CniCommand.Del }, { true, CniCommand.Add }, { true, CniCommand.Del } };

    [NeedsTheory(Both)]
    [MemberData(nameof(Calls))]
    public void Of_one_container_the_rules_go_and_of_others_none(bool legacy, CniCommand command)
    {
        using var node = new ReferenceNode(legacy);
        node.Allow("other", ", \"ingressPolicy\": \"same-bridge\"");
        // The administrator's, and somebody's who looks alike.
        node.Iptables("-A CNI-ADMIN -s 10.1.2.3 -j ACCEPT", table: "filter");
        node.Iptables("-A CNI-FORWARD -s 10.1.2.0/24 -j ACCEPT", table: "filter");
        node.Iptables("-A CNI-FORWARD -s 10.1.2.3 -j DROP", table: "filter");
        node.Iptables("-A CNI-FORWARD -s 10.1.2.3 -d 10.1.2.9 -j ACCEPT", table: "filter");
        node.Iptables("-A FORWARD -d 10.1.2.3 -j ACCEPT", table: "filter");
        string[] before = node.Filters();
        IPAddress[] addresses = node.Allow("c1", ", \"ingressPolicy\": \"same-bridge\"");
        Assert.Equal("10.1.2.3", addresses[0].ToString());
        Assert.True(node.Filters().Length > before.Length);

        node.RemoveFirewall(addresses, command);

        Assert.Equal(before, node.Filters());
        Assert.NotEmpty(node.Log.Info);
        node.RemoveFirewall(addresses, command);
        node.RemoveFirewall([], command);
        Assert.Equal(before, node.Filters());
        Assert.Empty(node.Log.Warn);
    }

    [NeedsTheory(Both), InlineData(false), InlineData(true)]
    public void Of_a_node_without_any_nothing_is_made(bool legacy)
    {
        using var node = new ReferenceNode(legacy);
        string[] before = node.Nft();
        node.RemoveFirewall([IPAddress.Parse("10.1.2.3"), IPAddress.Parse("2001:db8::1")]);
        Assert.Equal(before, node.Nft());
        Assert.Empty(node.Log.Warn);
    }
}
