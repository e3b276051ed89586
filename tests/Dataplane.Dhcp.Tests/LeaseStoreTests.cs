using Dataplane.Netlink;
using Dataplane.TestKit;

namespace Dataplane.Dhcp.Tests;

/// <summary>The files that leases are kept in.</summary>
public sealed class LeaseStoreTests : IDisposable
{
    private readonly DirectoryInfo _scratch = Directory.CreateTempSubdirectory("dataplane-dhcp-");

    private string Path => System.IO.Path.Combine(_scratch.FullName, "dhcp.leases");

    private IEnumerable<string> Files => Directory.EnumerateFiles(Path).Select(System.IO.Path.GetFileName).Where(static n => n != "lock")!;

    [Fact]
    public void What_is_saved_is_there_for_the_next_daemon_as_it_was()
    {
        LeaseRecord saved;
        using (LeaseStore store = LeaseStore.Open(Path))
        {
            saved = Record(store);
            store.Save(saved);
            store.Save(saved with { SinceMs = 77 });
        }

        using LeaseStore next = LeaseStore.Open(Path);
        LeaseRecord read = Assert.Single(next.Load());
        Assert.Equal(77, read.SinceMs);
        Assert.Equal(saved.Ack, read.Ack);
        Assert.Equal([1, 2], read.Provided[12]);
        HeldLease lease = read.ToLease(broadcast: false)!;
        Assert.Equal(Given.Identity, lease.Identity);
        Assert.Equal((Given.Ip("10.1.0.100"), 77 + 3600_000L, "02:00:00:00:00:09"), (lease.Terms.Address, lease.ExpiresMs, lease.ServerMac.ToString()));
        Assert.Equal((4026533164ul, 9ul, 2), (lease.Interface.NetnsInode, lease.Interface.NetnsCookie, lease.Interface.Index));

        next.Remove(Given.Identity);
        Assert.Empty(Files);
        next.Remove(Given.Identity);
    }

    [Fact]
    public void Nobody_else_can_read_them()
    {
        using LeaseStore store = LeaseStore.Open(Path);
        store.Save(Record(store));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(System.IO.Path.Combine(Path, Files.Single())));
    }

    [Fact]
    public void A_lease_of_before_the_reboot_is_nobodys()
    {
        using LeaseStore store = LeaseStore.Open(Path);
        store.Save(Record(store) with { Boot = "another" });
        Assert.Empty(store.Load());
        Assert.Empty(Files);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{\"version\": 1}")]
    [InlineData("{\"version\": 1, \"boot\": null}")]
    public void What_is_no_lease_is_removed(string content)
    {
        using LeaseStore store = LeaseStore.Open(Path);
        store.Save(Record(store));
        string name = System.IO.Path.Combine(Path, Files.Single());
        File.WriteAllText(name, content);
        File.WriteAllText(name + ".new", "half a lea");

        Assert.Empty(store.Load());
        Assert.Empty(Files);
    }

    [Fact]
    public void A_lease_under_anothers_name_or_of_a_later_version_is_removed()
    {
        using LeaseStore store = LeaseStore.Open(Path);
        store.Save(Record(store) with { Version = 2 });
        File.Copy(System.IO.Path.Combine(Path, Files.Single()), System.IO.Path.Combine(Path, "0123.json"));
        Assert.Empty(store.Load());
        Assert.Empty(Files);
    }

    [Fact]
    public void An_acknowledgement_that_is_damaged_is_no_lease()
    {
        using LeaseStore store = LeaseStore.Open(Path);
        LeaseRecord record = Record(store);
        Assert.NotNull(record.ToLease(broadcast: false));
        Assert.Null((record with { Ack = record.Ack[..^1] }).ToLease(broadcast: false));
        Assert.Null((record with { Ack = Given.Bytes(DhcpAnswer.Ack) }).ToLease(broadcast: false)); // without a mask
        Assert.Null((record with { Mac = "ten" }).ToLease(broadcast: false));
        Assert.Null((record with { ServerMac = "" }).ToLease(broadcast: false));
    }

    [Fact]
    public void Of_two_daemons_the_second_is_refused()
    {
        using (LeaseStore.Open(Path))
        {
            Assert.Contains("another DHCP daemon keeps its leases in", Assert.Throws<DhcpException>(() => LeaseStore.Open(Path)).Message, StringComparison.Ordinal);
        }

        LeaseStore.Open(Path).Dispose();
    }

    public void Dispose() => _scratch.Delete(recursive: true);

    private static LeaseRecord Record(LeaseStore store)
    {
        var options = new ClientOptions(new Dictionary<byte, byte[]> { [12] = [1, 2] }, [3, 1]);
        using var lease = new HeldLease(
            Given.Identity,
            new ContainerInterface("/run/netns/x", 4026533164, 9, "eth0", 2, Given.Mac, IsShared: false),
            options,
            broadcast: false,
            Given.Ack((51, DhcpAnswer.Number(3600))),
            new MacAddress([2, 0, 0, 0, 0, 9]),
            sinceMs: 5);
        return LeaseRecord.Of(lease, store.Boot, nowMs: 6);
    }
}
