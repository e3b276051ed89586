using static Dataplane.Ipam.Tests.TemporaryDataDir;

namespace Dataplane.Ipam.Tests;

public sealed class LeaseDirectoryTests : IDisposable
{
    private static readonly RangeSet Pool = RangeTests.Set(RangeTests.Spec("10.1.2.0/24"));
    private static readonly LeaseOwner A = new("a", "eth0");
    private static readonly LeaseOwner B = new("b", "eth0");

    private readonly TemporaryDataDir _data = new();

    public void Dispose() => _data.Dispose();

    private static string Allocate(LeaseDirectory leases, LeaseOwner owner)
        => new RangeAllocator(Pool, leases, 0).Allocate(owner).Address.ToString();

    private string Allocate(LeaseOwner owner, BootIdentity? boot = null, bool keep = false)
    {
        using LeaseDirectory leases = _data.Open(boot, keep);
        return Allocate(leases, owner);
    }

    private int Release(LeaseOwner owner)
    {
        using LeaseDirectory leases = _data.Open();
        return leases.Release(owner);
    }

    [Theory]
    [InlineData("10.1.2.250")]
    [InlineData("1")]
    [InlineData("")]
    [InlineData("2001:db8:ffff:ffff:ffff:ffff:ffff:ffff")]
    public void The_last_reserved_address_replaces_what_the_file_held(string before)
    {
        _data.WriteForeign("last_reserved_ip.0", before);
        string address = Allocate(A);
        Assert.Equal(address, _data.Read("last_reserved_ip.0"));
    }

    [Fact]
    public void The_last_reserved_address_is_not_written_through_a_link()
    {
        _data.WriteForeign("other", "mine");
        File.CreateSymbolicLink($"{_data.NetworkPath}/last_reserved_ip.0", "other");
        string address = Allocate(A);
        Assert.Equal("mine", _data.Read("other"));
        Assert.Equal(address, _data.Read("last_reserved_ip.0"));
        Assert.Null(new FileInfo($"{_data.NetworkPath}/last_reserved_ip.0").LinkTarget);
    }

    [Fact]
    public void The_last_reserved_address_is_not_written_into_a_file_that_has_another_name()
    {
        _data.WriteForeign("backup", "10.1.2.4");
        Assert.Equal(0, Link($"{_data.NetworkPath}/backup", $"{_data.NetworkPath}/last_reserved_ip.0"));
        Assert.Equal("10.1.2.5", Allocate(A));
        Assert.Equal(("10.1.2.4", "10.1.2.5"), (_data.Read("backup"), _data.Read("last_reserved_ip.0")));
    }

    [Fact]
    public void A_FIFO_at_the_place_of_the_last_reserved_address_is_not_waited_for()
    {
        _data.WriteForeign("lock", "");
        Assert.Equal(0, MakeFifo($"{_data.NetworkPath}/last_reserved_ip.0", 0x180));
        string address = Allocate(A);
        Assert.Equal(address, _data.Read("last_reserved_ip.0"));
    }

    [Fact]
    public void Files_are_the_references()
    {
        Assert.Equal("10.1.2.2", Allocate(A));
        Assert.Equal("a\r\neth0", _data.Read("10.1.2.2"));
        Assert.Equal("10.1.2.2", _data.Read("last_reserved_ip.0"));
        Assert.Equal(["10.1.2.2", "last_reserved_ip.0", "lock"], Directory.GetFiles(_data.NetworkPath).Select(Path.GetFileName).Order());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode($"{_data.NetworkPath}/10.1.2.2"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode($"{_data.NetworkPath}/last_reserved_ip.0"));
        Assert.Equal(0x1ed, (int)File.GetUnixFileMode(_data.NetworkPath));
        Assert.Equal(["a:eth0 -> 10.1.2.2"], _data.Index());
        Assert.Equal(1, Release(A));
        Assert.Equal(["last_reserved_ip.0", "lock"], Directory.GetFiles(_data.NetworkPath).Select(Path.GetFileName).Order());
        Assert.Empty(_data.Index());
    }

    [Fact]
    public void Releasing_what_is_not_there_succeeds()
    {
        Assert.Null(LeaseDirectory.TryOpen(_data.Path, "never-used", boot: FirstBoot));
        Assert.False(Directory.Exists($"{_data.Path}/never-used"));
        Assert.Equal(0, Release(A));
        Allocate(A);
        Assert.Equal((1, 0), (Release(A), Release(A)));
    }

    [Fact]
    public void A_lease_is_of_one_interface()
    {
        Allocate(A);
        Assert.Equal("10.1.2.3", Allocate(A with { IfName = "eth1" }));
        Assert.Equal(1, Release(A));
        Assert.Equal(["10.1.2.3"], _data.Addresses());
    }

    [Theory]
    [InlineData("a", 1)]
    [InlineData("  a\n", 1)]
    [InlineData("a\r\neth0\n", 1)]
    [InlineData(" a\r\neth0 ", 1)]
    [InlineData("a\r\neth1", 0)]
    [InlineData("ab", 0)]
    [InlineData("a\neth0", 0)]
    public void Leases_of_others_are_released_as_they_release_them(string content, int released)
    {
        _data.WriteForeign("10.1.2.9", content);
        Assert.Equal(released, Release(A));
        Assert.Equal(released == 0, File.Exists($"{_data.NetworkPath}/10.1.2.9"));
    }

    [Fact]
    public void A_lease_without_interface_is_released_only_when_there_is_none_with_it()
    {
        _data.WriteForeign("10.1.2.8", "a");
        _data.WriteForeign("10.1.2.9", "a\r\neth0");
        Assert.Equal(1, Release(A));
        Assert.Equal(["10.1.2.8"], _data.Addresses());
        Assert.Equal(1, Release(A));
    }

    [Fact]
    public void What_others_write_between_two_uses_is_seen()
    {
        Allocate(A);
        _data.WriteForeign("10.1.2.3", "b\r\neth0");
        Assert.Contains("duplicate", Assert.Throws<IpamException>(() => Allocate(B)).Message);
        File.Delete($"{_data.NetworkPath}/10.1.2.2");
        Assert.Equal("10.1.2.4", Allocate(A));
        Assert.Equal(["a:eth0 -> 10.1.2.4", "b:eth0 -> 10.1.2.3"], _data.Index());
    }

    [Fact]
    public void What_others_write_within_the_same_clock_tick_is_seen()
    {
        for (int i = 0; i < 50; i++)
        {
            LeaseOwner foreign = new($"foreign{i}", "eth0");
            Allocate(new LeaseOwner($"own{i}", "eth0"));
            _data.WriteForeign($"10.1.2.{100 + i}", $"foreign{i}\r\neth0");
            using LeaseDirectory leases = _data.Open();
            Assert.Equal($"10.1.2.{100 + i}", Assert.Single(leases.FindByOwner(foreign)).ToString());
        }
    }

    [Fact]
    public void An_index_that_lies_is_not_believed()
    {
        Allocate(A);
        string owners = $"{_data.NetworkPath}/.dataplane/owners";
        File.CreateSymbolicLink($"{owners}/b:eth0", "10.1.2.2,not-an-address,../../etc/passwd,10.1.2.77");
        Assert.Equal(0, Release(B));
        Assert.Equal(["10.1.2.2"], _data.Addresses());
        using LeaseDirectory leases = _data.Open();
        Assert.Empty(leases.FindByOwner(B));
    }

    [Fact]
    public void An_index_that_is_lost_is_rebuilt()
    {
        Allocate(A);
        Directory.Delete($"{_data.NetworkPath}/.dataplane", recursive: true);
        Assert.Equal(1, Release(A));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\0\0\0\0\0\0")]
    [InlineData(" \r\n")]
    public void What_a_crash_leaves_of_a_file_is_free(string content)
    {
        _data.WriteForeign("10.1.2.2", content);
        Assert.Equal("10.1.2.2", Allocate(A));
        Assert.Equal("a\r\neth0", _data.Read("10.1.2.2"));
    }

    [Theory]
    [InlineData("reserved for the printer")]
    [InlineData("http://wiki/reserved")]
    public void An_address_somebody_reserved_by_hand_stays_reserved(string content)
    {
        _data.WriteForeign("10.1.2.2", content);
        Assert.Equal("10.1.2.3", Allocate(A));
        Assert.Equal("10.1.2.4", Allocate(B, SecondBoot));
        using LeaseDirectory leases = _data.Open(SecondBoot);
        leases.Collect(_ => false);
        Assert.Equal(content, _data.Read("10.1.2.2"));
    }

    [Fact]
    public void A_full_pool_gives_up_what_was_torn_behind_its_back()
    {
        RangeSet tiny = RangeTests.Set(RangeTests.Spec("10.1.2.0/30"));
        using LeaseDirectory leases = _data.Open();
        RangeAllocator allocator = new(tiny, leases, 0);
        allocator.Allocate(A);
        File.WriteAllText($"{_data.NetworkPath}/10.1.2.2", "");
        Assert.Equal("10.1.2.2", allocator.Allocate(B).Address.ToString());
    }

    [Fact]
    public void Leases_end_with_the_boot()
    {
        Allocate(A);
        Allocate(B);
        Assert.Equal("10.1.2.4", Allocate(A, SecondBoot));
        Assert.Equal(["10.1.2.4"], _data.Addresses());
        Assert.Equal(["a:eth0 -> 10.1.2.4"], _data.Index());
    }

    [Fact]
    public void Leases_can_be_kept_across_boots()
    {
        Allocate(A);
        Assert.Contains("duplicate", Assert.Throws<IpamException>(() => Allocate(A, SecondBoot, keep: true)).Message);
        // The use was recorded: without the option the lease is now one of this boot.
        Assert.Contains("duplicate", Assert.Throws<IpamException>(() => Allocate(A, SecondBoot)).Message);
    }

    [Fact]
    public void Leases_another_implementation_wrote_since_the_boot_are_kept()
    {
        Allocate(A);
        Allocate(B);
        // The node boots, is used with another plugin for a while, even for one of the same containers at its old address.
        File.Delete($"{_data.NetworkPath}/10.1.2.3");
        _data.WriteForeign("10.1.2.3", "b\r\neth0");
        File.SetLastWriteTimeUtc($"{_data.NetworkPath}/10.1.2.3", DateTime.UtcNow.AddHours(1));
        _data.WriteForeign("10.1.2.50", "c\r\neth0");
        using LeaseDirectory leases = _data.Open(SecondBoot);
        Assert.Equal(["10.1.2.3", "10.1.2.50"], _data.Addresses());
    }

    [Fact]
    public void A_directory_never_used_before_is_adopted_unless_all_of_it_is_older_than_the_boot()
    {
        long boot = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1_000_000;
        BootIdentity identity = new("33333333-3333-3333-3333-333333333333", () => boot);
        _data.WriteForeign("10.1.2.2", "a\r\neth0");
        _data.WriteForeign("10.1.2.3", "b\r\neth0");
        File.SetLastWriteTimeUtc($"{_data.NetworkPath}/10.1.2.2", DateTime.UtcNow.AddDays(-1));
        File.SetLastWriteTimeUtc($"{_data.NetworkPath}/10.1.2.3", DateTime.UtcNow.AddMinutes(1));
        _data.Open(identity).Dispose();
        Assert.Equal(["10.1.2.2", "10.1.2.3"], _data.Addresses());

        Directory.Delete($"{_data.NetworkPath}/.dataplane", recursive: true);
        File.SetLastWriteTimeUtc($"{_data.NetworkPath}/10.1.2.3", DateTime.UtcNow.AddDays(-2));
        _data.Open(new BootIdentity(identity.Id, static () => null)).Dispose();
        Assert.Equal(["10.1.2.2", "10.1.2.3"], _data.Addresses());

        Directory.Delete($"{_data.NetworkPath}/.dataplane", recursive: true);
        _data.Open(identity).Dispose();
        Assert.Empty(_data.Addresses());
    }

    [Fact]
    public void This_machines_boot_has_an_id_and_began_before_now()
    {
        BootIdentity boot = BootIdentity.ReadCurrent();
        Assert.True(Guid.TryParse(boot.Id, out _));
        Assert.True(boot.EarliestStart is null || boot.EarliestStart < DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1_000_000);
    }

    [Fact]
    public void Collecting_removes_what_is_not_alive()
    {
        Allocate(A);
        Allocate(B);
        _data.WriteForeign("10.1.2.50", "a");
        _data.WriteForeign("10.1.2.51", "c");
        LeaseOwner longName = new(new string('x', 300), "eth0");
        LeaseOwner longDead = new(new string('y', 300), "eth0");
        Allocate(longName);
        Allocate(longDead);
        using LeaseDirectory leases = _data.Open();
        LeaseOwner[] alive = [A, A with { IfName = "" }, longName];
        Assert.Equal(3, leases.Collect(alive.Contains));
        Assert.Equal(["10.1.2.2", "10.1.2.4", "10.1.2.50"], _data.Addresses());
        Assert.Equal(0, leases.Collect(alive.Contains));
        Assert.Equal(1, leases.Release(longName));
    }

    [Fact]
    public void Both_families_of_an_owner_are_found_and_released_together()
    {
        RangeSet v6 = RangeTests.Set(RangeTests.Spec("2001:db8:1::/64"));
        using (LeaseDirectory leases = _data.Open())
        {
            new RangeAllocator(Pool, leases, 0).Allocate(A);
            Assert.Equal("2001:db8:1::2", new RangeAllocator(v6, leases, 1).Allocate(A).Address.ToString());
        }
        Assert.Equal(["a:eth0 -> 10.1.2.2,2001:db8:1::2"], _data.Index());
        Assert.Equal("2001:db8:1::2", _data.Read("last_reserved_ip.1"));
        Assert.Equal(2, Release(A));
    }

    [Fact]
    public void Leases_of_a_pool_are_counted_without_its_gateway_and_other_pools()
    {
        _data.WriteForeign("10.1.2.1", "gw");
        _data.WriteForeign("10.1.2.3", "a");
        _data.WriteForeign("10.1.3.3", "a");
        using LeaseDirectory leases = _data.Open();
        Assert.Equal(1, (int)leases.CountLeases(Pool));
    }

    [Theory]
    [InlineData("../escape")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    [InlineData("a/b")]
    public void A_network_cannot_leave_the_data_directory(string network)
    {
        Assert.Throws<ArgumentException>(() => LeaseDirectory.Open(_data.Path, network, boot: FirstBoot));
        Assert.Throws<ArgumentException>(() => LeaseDirectory.TryOpen(_data.Path, network, boot: FirstBoot));
        Assert.Empty(Directory.GetFileSystemEntries(_data.Path));
    }

    [Theory]
    [InlineData("../a", "eth0")]
    [InlineData("a:b", "eth0")]
    [InlineData("a", "et/h0")]
    [InlineData("a b", "eth0")]
    [InlineData("", "eth0")]
    public void Owners_that_are_no_names_are_refused(string id, string ifName)
    {
        using LeaseDirectory leases = _data.Open();
        Assert.Throws<ArgumentException>(() => leases.TryReserve(new LeaseOwner(id, ifName), IpNumber.Parse("10.1.2.9"), 0));
        Assert.Empty(_data.Addresses());
    }

    [Fact]
    public void The_details_of_a_refusal_name_file_and_holder()
    {
        Allocate(A);
        IpamException twice = Assert.Throws<IpamException>(() => Allocate(A));
        Assert.Equal($"{_data.NetworkPath}/10.1.2.2 names container a, interface eth0", twice.Details);
    }

    [Fact]
    public void What_is_left_at_the_temporary_name_is_never_written_through()
    {
        Allocate(A);
        // Whoever made it so: the temporary name means A's lease.
        Assert.Equal(0, Link($"{_data.NetworkPath}/10.1.2.2", $"{_data.NetworkPath}/.dataplane/new"));
        Allocate(B);
        Assert.Equal(("a\r\neth0", "b\r\neth0"), (_data.Read("10.1.2.2"), _data.Read("10.1.2.3")));
    }

    [System.Runtime.InteropServices.DllImport("libc", EntryPoint = "link", CharSet = System.Runtime.InteropServices.CharSet.Ansi)]
    private static extern int Link(string oldPath, string newPath);

    [System.Runtime.InteropServices.DllImport("libc", EntryPoint = "mkfifo", CharSet = System.Runtime.InteropServices.CharSet.Ansi)]
    private static extern int MakeFifo(string path, uint mode);
}
