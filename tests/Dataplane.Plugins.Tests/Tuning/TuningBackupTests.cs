using Dataplane.Engine;
using Dataplane.Netlink;

namespace Dataplane.Plugins.Tests;

/// <summary>The files of what was before: ours, the reference's, and what is neither.</summary>
public sealed class TuningBackupTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("dp-tuning-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void What_is_written_is_read()
    {
        var backup = new TuningBackup
        {
            Before = new LinkSettings
            {
                Mac = MacAddress.Parse("02:00:00:00:00:01"),
                Promiscuous = false,
                Mtu = 1500,
                AllMulticast = true,
                TxQueueLength = 0,
                Sysctls = [new(SysctlName.TryParse("net.ipv4.conf.IFNAME.arp_filter", "eth0.5")!, "0"), new(SysctlName.TryParse("net.ipv4.tcp_rmem", "")!, "4096\t131072\t6291456")],
            },
            Id = new AttachmentId("a_b", "eth_0"),
            Network = "net1",
            NetnsPath = "/run/netns/x",
            Cookie = ulong.MaxValue,
        };
        backup.Write($"{_directory}/new/one");

        TuningBackup read = TuningBackup.Read($"{_directory}/new/one", "a_b_eth_0.json")!;

        Assert.Equal((backup.Id, backup.Network, backup.NetnsPath, backup.Cookie), (read.Id, read.Network, read.NetnsPath, read.Cookie));
        Assert.True(LinkOnly(backup.Before, read.Before));
        Assert.Equal(["net/ipv4/conf/eth0.5/arp_filter=0", "net/ipv4/tcp_rmem=4096\t131072\t6291456"], read.Before.Sysctls.Select(s => $"{s.Name}={s.Value}"));
        Assert.Equal(["a_b_eth_0.json"], TuningBackup.List($"{_directory}/new/one"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode($"{_directory}/new/one/a_b_eth_0.json"));
    }

    [Fact]
    public void The_references_file_is_read()
    {
        File.WriteAllText($"{_directory}/c_eth0.json", "{\n \"mac\": \"46:e9:b3:cd:f5:e6\",\n \"promisc\": false,\n \"mtu\": 1500,\n \"allmulti\": false\n}");

        TuningBackup read = TuningBackup.Read(_directory, "c_eth0.json")!;

        Assert.Equal(("46:e9:b3:cd:f5:e6", false, 1500, false, null), (read.Before.Mac.ToString(), read.Before.Promiscuous, read.Before.Mtu, read.Before.AllMulticast, read.Before.TxQueueLength));
        Assert.Equal((0ul, ""), (read.Cookie, read.Network));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"mac\": \"46:e9")]
    [InlineData("[1]")]
    [InlineData("{\"mtu\": \"x\"}")]
    [InlineData("\0\0\0\0")]
    public void What_is_neither_says_nothing(string content)
    {
        File.WriteAllText($"{_directory}/c_eth0.json", content);

        Assert.Null(TuningBackup.Read(_directory, "c_eth0.json"));
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("net/../kernel/hostname")]
    [InlineData("kernel/hostname")]
    [InlineData("net")]
    [InlineData("net//ipv4")]
    [InlineData("/net/ipv4")]
    public void A_path_that_leads_elsewhere_is_not_written_to(string path)
    {
        File.WriteAllText($"{_directory}/c_eth0.json", $"{{\"sysctl\": {{\"{path}\": \"1\"}}}}");

        Assert.Empty(TuningBackup.Read(_directory, "c_eth0.json")!.Before.Sysctls);
    }

    [Fact]
    public void Nothing_is_there_without_the_directory()
    {
        Assert.Null(TuningBackup.Read($"{_directory}/none", "c_eth0.json"));
        Assert.Empty(TuningBackup.List($"{_directory}/none"));
        TuningBackup.Remove($"{_directory}/none", "c_eth0.json");
    }

    private static bool LinkOnly(LinkSettings one, LinkSettings other) =>
        (one.Mac, one.Promiscuous, one.Mtu, one.AllMulticast, one.TxQueueLength) == (other.Mac, other.Promiscuous, other.Mtu, other.AllMulticast, other.TxQueueLength);
}
