using System.Globalization;
using System.Text;
using Dataplane.Cni;

namespace Dataplane.Dhcp.Tests;

/// <summary>The files' text: a daemon takes over what one of another build wrote.</summary>
public sealed class LeaseJsonTests
{
    private const string Ack = "AgEGABI0VngAAAAAAAAAAAoBAGQAAAAAAAAAAAIAAAAAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABjglNjNQEFNgQKAQABAQT///8AMwQAAA4Q/w==";

    // A file of the first version, which another writer wrote.
    private const string First = $$"""
        {
          "version": 1,
          "boot": "5b5e6e53-93ab-4b8a-8f0a-0d3b0f5f7a11",
          "containerId": "c1",
          "network": "net1",
          "ifName": "eth0",
          "netns": "/run/netns/x",
          "netnsInode": 4026533164,
          "netnsCookie": 18446744073709551615,
          "ifIndex": 2,
          "mac": "02:00:00:00:00:01",
          "sharedMac": true,
          "serverMac": "02:00:00:00:00:09",
          "server": "10.1.0.1",
          "address": "10.1.0.100/24",
          "sinceMs": 5,
          "expires": "2026-11-21T22:00:39.1372515Z",
          "provided": {
            "12": "AQI=",
            "60": "//79"
          },
          "requested": "AwE=",
          "ack": "{{Ack}}"
        }
        """;

    [Fact]
    public void A_file_of_the_first_version_is_read()
    {
        LeaseRecord record = Read(First);
        Assert.Equal(
            (1, "5b5e6e53-93ab-4b8a-8f0a-0d3b0f5f7a11", "c1", "net1", "eth0", "/run/netns/x"),
            (record.Version, record.Boot, record.ContainerId, record.Network, record.IfName, record.Netns));
        Assert.Equal((4026533164, ulong.MaxValue, 2), (record.NetnsInode, record.NetnsCookie, record.IfIndex));
        Assert.Equal(("02:00:00:00:00:01", true, "02:00:00:00:00:09"), (record.Mac, record.SharedMac, record.ServerMac));
        Assert.Equal(("10.1.0.1", "10.1.0.100/24", 5L, "2026-11-21T22:00:39.1372515Z"), (record.Server, record.Address, record.SinceMs, record.Expires));
        Assert.Equal(new byte[] { 12, 60 }, record.Provided.Keys.Order());
        Assert.Equal([0xff, 0xfe, 0xfd], record.Provided[60]);
        Assert.Equal([3, 1], record.Requested);
        Assert.Equal(Convert.FromBase64String(Ack), record.Ack);
        Assert.Equal(Given.Ip("10.1.0.100"), record.ToLease(broadcast: false)!.Terms.Address);
    }

    /// <summary>The first version reads on; it refuses a time in another form, and a member that is missing.</summary>
    [Fact]
    public void A_file_is_written_as_the_first_version_did()
    {
        Assert.Equal(First.Replace("  ", "    ", StringComparison.Ordinal), Written(Read(First)));
        LeaseRecord record = Read(First);
        record.Provided = [];
        record.Requested = [];
        Assert.Contains("\"provided\": {},\n    \"requested\": \"\",\n", Written(record), StringComparison.Ordinal);
    }

    [Fact]
    public void When_it_is_over_is_written_as_it_was()
    {
        using HeldLease lease = Read(First).ToLease(broadcast: false)!;
        DateTime before = DateTime.UtcNow;
        string expires = LeaseRecord.Of(lease, "boot", nowMs: 5).Expires;
        DateTime after = DateTime.UtcNow;
        var read = DateTime.ParseExact(expires, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
        Assert.InRange(read, before.AddSeconds(3600 - 1), after.AddSeconds(3600));
    }

    [Theory]
    [InlineData("boot")]
    [InlineData("containerId")]
    [InlineData("network")]
    [InlineData("ifName")]
    [InlineData("netns")]
    [InlineData("mac")]
    [InlineData("serverMac")]
    [InlineData("ack")]
    public void Without_what_makes_it_a_lease_it_is_none(string name) =>
        Assert.Contains($"{name} is missing", Assert.Throws<CniException>(() => Read(First.Replace($"\"{name}\"", "\"other\"", StringComparison.Ordinal))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("\"boot\": \"5b5e6e53-93ab-4b8a-8f0a-0d3b0f5f7a11\"", "\"boot\": null")]
    [InlineData("\"ifName\": \"eth0\"", "\"ifName\": 1")]
    [InlineData("4026533164", "-1")]
    [InlineData("18446744073709551615", "18446744073709551616")]
    [InlineData("\"ifIndex\": 2", "\"ifIndex\": 2147483648")]
    [InlineData("\"ifIndex\": 2", "\"ifIndex\": null")]
    [InlineData("\"sharedMac\": true", "\"sharedMac\": \"true\"")]
    [InlineData("\"sinceMs\": 5", "\"sinceMs\": 5.5")]
    [InlineData("\"sinceMs\": 5", "\"sinceMs\": 99999999999999999999")]
    [InlineData("\"expires\": \"2026-11-21T22:00:39.1372515Z\"", "\"expires\": 7")]
    [InlineData("\"60\": ", "\"600\": ")]
    [InlineData("\"60\": \"//79\"", "\"60\": null")]
    [InlineData("//79", "//7")]
    [InlineData("\"AwE=\"", "[3, 1]")]
    [InlineData(Ack, "?")]
    public void What_has_another_kind_is_no_lease(string was, string becomes)
    {
        Assert.Contains(was, First, StringComparison.Ordinal);
        Assert.Throws<CniException>(() => Read(First.Replace(was, becomes, StringComparison.Ordinal)));
    }

    private static LeaseRecord Read(string text) => LeaseJson.Read(Encoding.UTF8.GetBytes(text));

    private static string Written(LeaseRecord record) => Encoding.UTF8.GetString(LeaseJson.Write(record));
}
