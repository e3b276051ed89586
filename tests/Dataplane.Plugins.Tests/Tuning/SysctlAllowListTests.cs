using Dataplane.Cni;

namespace Dataplane.Plugins.Tests;

/// <summary>The node's list of sysctls that configurations may set.</summary>
public sealed class SysctlAllowListTests
{
    [Theory]
    [InlineData(@"^net\.ipv4\.conf\.IFNAME\.[a-z_]*$", "net.ipv4.conf.IFNAME.arp_filter", true)]
    [InlineData(@"^net\.ipv4\.conf\.IFNAME\.[a-z_]*$", "net.ipv4.conf.all.arp_filter", false)]
    [InlineData("ip_forward", "net.ipv4.ip_forward", true)]
    [InlineData("\n  \n  ip_forward \r\n", "net.ipv4.ip_forward", true)]
    [InlineData("a\nb\nforward", "net.ipv4.ip_forward", true)]
    [InlineData("", "net.ipv4.ip_forward", false)]
    public void An_expression_is_looked_for_anywhere_in_the_key(string list, string key, bool allowed)
    {
        Exception? refused = Record.Exception(() => SysctlAllowList.Parse(list).Require([new(key, "1")]));

        Assert.Equal(allowed, refused is null);
    }

    [Fact]
    public void The_first_that_is_not_allowed_is_named()
    {
        var refused = Assert.Throws<CniException>(() => SysctlAllowList.Parse("^net.ipv4.ip_forward$\n^net.core").Require([new("net.ipv4.ip_forward", "1"), new("net.ipv4.tcp_sack", "0")]));

        Assert.Equal((CniErrorCode.Internal, "Sysctl net.ipv4.tcp_sack is not allowed. Only the following sysctls are allowed: [^net.ipv4.ip_forward$ ^net.core]"), (refused.Code, refused.Message));
    }

    [Theory]
    [InlineData("(")]
    [InlineData("[a-")]
    public void A_line_that_is_no_expression_allows_nothing(string line) =>
        Assert.StartsWith("error parsing regexp: ", Assert.Throws<CniException>(() => SysctlAllowList.Parse(line).Require([new("net.ipv4.ip_forward", "1")])).Message, StringComparison.Ordinal);

    [Fact]
    public void Nothing_configured_needs_no_leave() => SysctlAllowList.Parse("").Require([]);
}
