using System.Net;

namespace Dataplane.Cni.Tests;

/// <summary>CIDR notation in and out, as the reference's static plugin reads and prints it.</summary>
public class IpPrefixTests
{
    [Theory]
    [InlineData("::ffff:10.0.0.1/120", "10.0.0.1/24")]
    [InlineData("::ffff:10.0.0.1/96", "10.0.0.1/0")]
    [InlineData("::ffff:10.0.0.1/95", null)]
    [InlineData("::ffff:10.0.0.1/24", null)]
    [InlineData("010.0.0.1/8", null)]
    [InlineData("10.0.0.01/8", null)]
    [InlineData("1::2::3/64", null)]
    [InlineData("::1.2.3.4/128", "::102:304/128")]
    [InlineData("fe80::1%1/64", null)]
    [InlineData("2001:db8:0:0:1:0:0:1/64", "2001:db8::1:0:0:1/64")]
    [InlineData("1:2:3:4:5:6:7::/64", "1:2:3:4:5:6:7:0/64")]
    [InlineData("::2:3:4:5:6:7:8/64", "0:2:3:4:5:6:7:8/64")]
    [InlineData("::5efe:10.0.0.1/128", "::5efe:a00:1/128")]
    [InlineData("10.0.0.1/024", "10.0.0.1/24")]
    [InlineData("10.0.0.1/0", "10.0.0.1/0")]
    [InlineData("10.0.0.1/33", null)]
    [InlineData("::1/129", null)]
    [InlineData("/24", null)]
    [InlineData("10.0.0.1/", null)]
    [InlineData("10.0.0.1/+8", null)]
    [InlineData("10.0.0.1/-1", null)]
    [InlineData("1:2:3:4:5:6:7:8::/64", null)]
    [InlineData("1:2:3:4::5:6:7:8/64", null)]
    [InlineData(":1::/64", null)]
    [InlineData("1:::2/64", null)]
    [InlineData("00001::/64", null)]
    [InlineData("1:2:3:4:5:6:1.2.3.4/128", "1:2:3:4:5:6:102:304/128")]
    [InlineData("0:0:0:0:0:0:0:0/0", "::/0")]
    [InlineData("1:0:0:2:0:0:0:3/64", "1:0:0:2::3/64")]
    [InlineData("ABCD::EF/64", "abcd::ef/64")]
    [InlineData("1::8.8.8.8.8/64", null)]
    [InlineData("1:2:3:4:5:6:7:1.2.3.4/1", null)]
    [InlineData("::1.2.3/64", null)]
    [InlineData("1:2/64", null)]
    [InlineData("1:2:3:4:5:6:7:/64", null)]
    [InlineData("10.0.0.256/8", null)]
    [InlineData("10.0.0/8", null)]
    [InlineData(" 10.0.0.1/8", null)]
    [InlineData("10.0.0.1 /8", null)]
    [InlineData("10..0.1/8", null)]
    [InlineData("::g/64", null)]
    [InlineData("::ffff:1.2.3.04/128", null)]
    [InlineData("1.2.3.4:5/8", null)]
    [InlineData("10.0.0.1/8/8", null)]
    [InlineData("[::1]/64", null)]
    [InlineData("0x1.2.3.4/8", null)]
    [InlineData("::1.2.3.4:5/64", null)]
    [InlineData("1.2.3.4::/64", null)]
    [InlineData("2001:db8::0:1/64", "2001:db8::1/64")]
    [InlineData("0:0:1::/64", "0:0:1::/64")]
    [InlineData("1:0:2:0:3:0:4:0/64", "1:0:2:0:3:0:4:0/64")]
    [InlineData("::ffff:0:0/128", "0.0.0.0/32")]
    [InlineData("0:0:0:0:0:ffff:a00:1/128", "10.0.0.1/32")]
    [InlineData("64:ff9b::10.0.0.1/96", "64:ff9b::a00:1/96")]
    [InlineData("::/128", "::/128")]
    [InlineData("", null)]
    [InlineData("/", null)]
    [InlineData("10.0.0.1/99999999999", null)]
    public void Text_is_read_and_printed_canonically(string text, string? canonical) =>
        Assert.Equal(canonical, IpPrefix.TryParse(text, out IpPrefix prefix) ? prefix.ToString() : null);

    [Fact]
    public void What_is_wrong_is_named() =>
        Assert.Equal("invalid CIDR address: 10.0.0.1", Assert.Throws<FormatException>(() => IpPrefix.Parse("10.0.0.1")).Message);

    [Theory]
    [InlineData("10.1.2.3/24", "10.1.2.0/24")]
    [InlineData("10.1.2.3/32", "10.1.2.3/32")]
    [InlineData("10.1.2.3/0", "0.0.0.0/0")]
    [InlineData("10.255.255.255/9", "10.128.0.0/9")]
    [InlineData("2001:db8:ffff::1/33", "2001:db8:8000::/33")]
    [InlineData("2001:db8::1/128", "2001:db8::1/128")]
    public void The_network_has_no_host_bits(string text, string network) =>
        Assert.Equal(IpPrefix.Parse(network), IpPrefix.Parse(text).Network);

    [Theory]
    [InlineData("10.1.2.3/24", "10.1.2.255", true)]
    [InlineData("10.1.2.3/24", "10.1.3.0", false)]
    [InlineData("10.1.2.3/31", "10.1.2.2", true)]
    [InlineData("0.0.0.0/0", "255.1.2.3", true)]
    [InlineData("0.0.0.0/0", "::1", false)]
    [InlineData("::/0", "10.0.0.1", false)]
    [InlineData("2001:db8::/32", "2001:db8:1::", true)]
    [InlineData("2001:db8::/32", "2001:db9::", false)]
    public void Containment_is_by_family_and_prefix(string prefix, string address, bool contained) =>
        Assert.Equal(contained, IpPrefix.Parse(prefix).Contains(IPAddress.Parse(address)));

    [Fact]
    public void Random_addresses_survive_the_round_trip_and_agree_with_the_library()
    {
        var random = new Random(20240601);
        byte[] bytes = new byte[16];
        for (int i = 0; i < 20000; i++)
        {
            random.NextBytes(bytes);
            for (int group = 0; group < 8; group++)
            {
                if (random.Next(2) == 0)
                {
                    bytes[group * 2] = bytes[(group * 2) + 1] = 0;
                }
            }
            var address = new IPAddress(bytes);
            string text = IpText.Format(address);

            Assert.True(IpText.TryParse(text, out IPAddress back), text);
            Assert.Equal(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, back);
            Assert.Equal(address, IPAddress.Parse(text) is var parsed && address.IsIPv4MappedToIPv6 ? parsed.MapToIPv6() : parsed);
        }
    }
}
