namespace Dataplane.Engine.Tests.Tuning;

/// <summary>Keys of sysctls: which value they mean, and which are refused.</summary>
public sealed class SysctlNameTests
{
    [Theory]
    [InlineData("net.ipv4.ip_forward", "net/ipv4/ip_forward")]
    [InlineData("net/ipv4/ip_forward", "net/ipv4/ip_forward")]
    [InlineData("net.ipv4.conf.IFNAME.arp_filter", "net/ipv4/conf/eth0.5/arp_filter")]
    [InlineData("net.ipv4.conf.IFNAME.IFNAME", "net/ipv4/conf/eth0.5/IFNAME")]
    [InlineData("/net//ipv4.ip_forward", "net/ipv4/ip_forward")]
    [InlineData("net..ipv4.ip_forward", "net/ipv4/ip_forward")]
    [InlineData("net/../kernel/hostname", "net/kernel/hostname")]
    public void A_key_is_a_path(string key, string path) => Assert.Equal(path, SysctlName.TryParse(key, "eth0.5")?.ToString());

    [Theory]
    [InlineData("")]
    [InlineData("net")]
    [InlineData("net.")]
    [InlineData("kernel.hostname")]
    [InlineData("netfilter.x")]
    [InlineData("IFNAME.x")]
    [InlineData("net.ipv4.\0")]
    public void What_is_not_of_the_network_is_refused(string key) => Assert.Null(SysctlName.TryParse(key, "eth0.5"));
}
