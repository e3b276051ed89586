using System.Net;
using Dataplane.Abi;

namespace Dataplane.Engine.Tests;

/// <summary>The keys that a prefix becomes in the map of exclusions.</summary>
public sealed class ExclusionTableTests
{
    [Theory]
    [InlineData("10.1.2.3/24", "::ffff:10.1.2.0", 152)]
    [InlineData("10.1.2.3/32", "::ffff:10.1.2.3", 160)]
    [InlineData("0.0.0.0/0", "::ffff:0.0.0.0", 128)]
    [InlineData("172.16.0.0/12", "::ffff:172.16.0.0", 140)]
    [InlineData("fd00:1:2:3::4/64", "fd00:1:2:3::", 96)]
    [InlineData("2001:db8::1/128", "2001:db8::1", 160)]
    [InlineData("8000::/1", "8000::", 33)]
    public void A_prefix_is_one_key_with_its_host_bits_cleared(string prefix, string address, uint length)
    {
        ExclusionKey key = Assert.Single(ExclusionTable.Keys(7, Parse(prefix)));

        Assert.Equal(7u, key.Ifindex);
        Assert.Equal(length, key.PrefixLength);
        Assert.Equal(IPAddress.Parse(address), new IPAddress((ReadOnlySpan<byte>)key.Address));
    }

    /// <summary>IPv4 is written as IPv4-mapped addresses in the map; all of IPv6 must not exclude it.</summary>
    [Theory]
    [InlineData("::/0")]
    [InlineData("::/3")]
    public void All_of_IPv6_does_not_mean_IPv4(string prefix)
    {
        List<ExclusionKey> keys = ExclusionTable.Keys(7, Parse(prefix));

        Assert.DoesNotContain(keys, key => Covers(key, "::ffff:192.0.2.1"));
        foreach (string address in (ReadOnlySpan<string>)["64:ff9b::1", "100::1", "1::1", "1fff:ffff::"])
        {
            Assert.Single(keys, key => Covers(key, address));
        }

        Assert.Equal(prefix == "::/0", keys.Exists(key => Covers(key, "2001:db8::1")));
        Assert.Equal(prefix == "::/0", keys.Exists(key => Covers(key, "fd00::1")));
    }

    private static bool Covers(ExclusionKey key, string address) =>
        Subnet.Contains(new IPAddress((ReadOnlySpan<byte>)key.Address), (int)key.PrefixLength - 32, IPAddress.Parse(address));

    private static AddressPrefix Parse(string prefix)
    {
        string[] parts = prefix.Split('/');
        return new AddressPrefix(IPAddress.Parse(parts[0]), int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture));
    }
}
