using System.Net;
using FsCheck;
using FsCheck.Fluent;

namespace Dataplane.Ipam.Tests;

public class IpNumberTests
{
    [Theory]
    [InlineData("10.1.2.3", "10.1.2.3")]
    [InlineData("0.0.0.0", "0.0.0.0")]
    [InlineData("255.255.255.255", "255.255.255.255")]
    [InlineData("::", "::")]
    [InlineData("::1", "::1")]
    [InlineData("2001:DB8::1", "2001:db8::1")]
    [InlineData("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1")]
    [InlineData("2001:0db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1")]
    [InlineData("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0")]
    [InlineData("1:2:3:4:5:6::", "1:2:3:4:5:6::")]
    [InlineData("fe80::5efe:10.11.12.13", "fe80::5efe:a0b:c0d")]
    [InlineData("::10.1.2.3", "::a01:203")]
    [InlineData("::ffff:10.1.2.3", "10.1.2.3")]
    public void Text_is_read_and_written_as_Go_does(string text, string canonical)
        => Assert.Equal(canonical, IpNumber.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("10.1.2")]
    [InlineData("10.1.2.3.4")]
    [InlineData("10.1.2.03")]
    [InlineData("10.1.2.256")]
    [InlineData("10.1.2.")]
    [InlineData("0x0a.1.2.3")]
    [InlineData(" 10.1.2.3")]
    [InlineData("10.1.2.3 ")]
    [InlineData("10.1.2.3/24")]
    [InlineData(":")]
    [InlineData(":::")]
    [InlineData("1:2:3:4:5:6:7")]
    [InlineData("1:2:3:4:5:6:7:8:9")]
    [InlineData("1::2::3")]
    [InlineData("1:2:3:4:5:6:7::8")]
    [InlineData("12345::")]
    [InlineData("fe80::1%eth0")]
    [InlineData("1:")]
    [InlineData("::10.1.2")]
    [InlineData("1:2:3:4:5:6:7:10.1.2.3")]
    [InlineData("lock")]
    [InlineData("last_reserved_ip.0")]
    public void Other_text_is_refused(string text) => Assert.False(IpNumber.TryParse(text, out _));

    [Fact]
    public void Every_address_survives_its_text_and_its_NET_form()
    {
        Prop.ForAll<ulong, ulong, bool>((high, low, isV6) =>
        {
            UInt128 value = isV6 ? new UInt128(high & (low % 3 == 0 ? 0xffff : ulong.MaxValue), low) : (uint)low;
            // A value under ::ffff:0:0/96 is IPv4.
            if (isV6 && value >> 32 == 0xffff)
                return;
            IpNumber number = new(value, isV6);
            Assert.Equal(number, IpNumber.Parse(number.ToString()));
            Assert.Equal(number, IpNumber.From(number.ToIPAddress()));
            Assert.Equal(number.ToIPAddress(), IPAddress.Parse(number.ToString()));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Families_are_ordered_first_then_values()
    {
        IpNumber[] ordered = [IpNumber.Parse("9.255.255.255"), IpNumber.Parse("10.0.0.0"), IpNumber.Parse("::1"), IpNumber.Parse("2001::")];
        for (int i = 1; i < ordered.Length; i++)
            Assert.True(ordered[i - 1] < ordered[i] && ordered[i] > ordered[i - 1]);
    }

    [Theory]
    [InlineData("10.1.2.3/24", "10.1.2.0", "10.1.2.255", 8)]
    [InlineData("10.1.2.3/32", "10.1.2.3", "10.1.2.3", 0)]
    [InlineData("10.1.2.3/0", "0.0.0.0", "255.255.255.255", 32)]
    [InlineData("2001:db8::1/64", "2001:db8::", "2001:db8::ffff:ffff:ffff:ffff", 64)]
    [InlineData("::1/0", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 128)]
    public void Subnets_know_their_ends(string text, string network, string last, int hostBits)
    {
        IpSubnet subnet = IpSubnet.Parse(text);
        Assert.Equal((network, last, hostBits, text), (subnet.Network.ToString(), subnet.Last.ToString(), subnet.HostBits, subnet.ToString()));
        Assert.True(subnet.Contains(subnet.Network) && subnet.Contains(subnet.Last));
    }

    [Theory]
    [InlineData("10.1.2.0")]
    [InlineData("10.1.2.0/")]
    [InlineData("10.1.2.0/33")]
    [InlineData("10.1.2.0/-1")]
    [InlineData("10.1.2.0/+8")]
    [InlineData("10.1.2.0/ 8")]
    [InlineData("2001:db8::/129")]
    [InlineData("/24")]
    [InlineData("")]
    public void Text_that_is_no_prefix_is_refused(string text) => Assert.False(IpSubnet.TryParse(text, out _));
}
