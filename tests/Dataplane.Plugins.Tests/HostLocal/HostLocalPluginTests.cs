using static Dataplane.Plugins.Tests.HostLocal.Bed;

namespace Dataplane.Plugins.Tests.HostLocal;

/// <summary>What the reference does not do, or not in the version that is installed beside these tests.</summary>
public sealed class HostLocalPluginTests : IDisposable
{
    private const string Pool = "\"subnet\":\"10.1.2.0/29\"";

    private readonly Bed _bed = new();

    public void Dispose() => _bed.Dispose();

    private static string Latest(string ipam, string more = "") => Conf(ipam, more, "1.1.0");

    private Answer Run(string command, string config, string id = "c", string args = "") => _bed.Ours(new Step(command, id, config, args));

    private void Succeed(string command, string config, string id = "c") 
    {
        Answer answer = Run(command, config, id);
        Assert.True(answer.Exit == 0, answer.Stdout);
    }

    [Fact]
    public void Result_of_1_1_0_carries_every_attribute_of_a_route()
    {
        Answer answer = Run("ADD", Latest(Pool + ",\"routes\":[{\"dst\":\"10.0.0.7/8\",\"gw\":\"10.1.2.6\",\"mtu\":1400,\"advmss\":1360,\"priority\":7,\"table\":0,\"scope\":253}]"));
        Assert.Equal(0, answer.Exit);
        string text = Canonical(answer);
        foreach (string member in (string[])["\"mtu\":1400", "\"advmss\":1360", "\"priority\":7", "\"table\":0", "\"scope\":253", "\"dst\":\"10.0.0.7/8\""])
            Assert.Contains(member, text);
    }

    [Fact]
    public void Resolv_conf_becomes_the_results_dns()
    {
        string file = $"{_bed.DataDir}/resolv.conf";
        File.WriteAllText(file, """
            # a comment
            ; another
            nameserver 192.0.2.1 ignored
              nameserver	192.0.2.2
            domain first.example
            domain example.com
            search a.example b.example
            search c.example
            options ndots:2
            options edns0 trust-ad
            sortlist 10.0.0.0
            nameserver

            """);
        Assert.Contains(
            "\"dns\":{\"domain\":\"example.com\",\"nameservers\":[\"192.0.2.1\",\"192.0.2.2\"],\"options\":[\"ndots:2\",\"edns0\",\"trust-ad\"]," +
            "\"search\":[\"a.example\",\"b.example\",\"c.example\"]}",
            Canonical(Run("ADD", Conf(Pool + ",\"resolvConf\":\"DATA/resolv.conf\""))));
    }

    [Fact]
    public void A_refused_duplicate_names_network_file_and_holder()
    {
        Succeed("ADD", Conf(Pool));
        Answer again = Run("ADD", Conf(Pool));
        Assert.Equal("failed to allocate for range 0: 10.1.2.2 has been allocated to c, duplicate allocation is not allowed", Text(again, "msg"));
        Assert.Equal("network \"net\": DATA/net/10.1.2.2 names container c, interface eth0", Text(again, "details"));
    }

    [Fact]
    public void Status_is_well_until_a_pool_has_no_address_left()
    {
        string config = Latest("\"ranges\":[[{\"subnet\":\"2001:db8::/64\"}],[{\"subnet\":\"10.1.2.0/29\",\"rangeEnd\":\"10.1.2.3\"}]]");
        Succeed("STATUS", config);
        Assert.False(Directory.Exists($"{_bed.DataDir}/net"));
        Succeed("ADD", config, "a");
        Succeed("STATUS", config);
        Succeed("ADD", config, "b");
        Answer full = Run("STATUS", config);
        Assert.Equal(("50", "network \"net\" has no address left in 10.1.2.1-10.1.2.3: all 2 are leased"), (Text(full, "code"), Text(full, "msg")));
        Assert.Contains("DATA/net", Text(full, "details"));
        Succeed("DEL", config, "a");
        Succeed("STATUS", config);
    }

    [Fact]
    public void Status_refuses_a_configuration_that_ADD_would_refuse()
        => Assert.Equal("invalid range set 0: Network 10.1.2.0/31 too small to allocate from", Text(Run("STATUS", Latest("\"subnet\":\"10.1.2.0/31\"")), "msg"));

    [Fact]
    public void GC_without_a_list_does_nothing_and_with_an_empty_one_everything()
    {
        Succeed("ADD", Latest(Pool), "a");
        Succeed("GC", Latest(Pool));
        Assert.Contains("net/10.1.2.2: a|eth0", _bed.Files());
        Succeed("GC", Latest(Pool, ",\"cni.dev/valid-attachments\":null"));
        Assert.Contains("net/10.1.2.2: a|eth0", _bed.Files());
        Succeed("GC", Latest(Pool, ",\"cni.dev/valid-attachments\":[]"));
        Assert.Equal(["net/last_reserved_ip.0: 10.1.2.2"], _bed.Files());
    }

    [Fact]
    public void GC_keeps_the_valid_attachments()
    {
        foreach (string id in (string[])["a", "b", "d"])
            Succeed("ADD", Latest(Pool), id);
        File.WriteAllText($"{_bed.DataDir}/net/10.1.2.5", "a");
        File.WriteAllText($"{_bed.DataDir}/net/10.1.2.6", "gone");
        Succeed("GC", Latest(Pool, ",\"cni.dev/valid-attachments\":[{\"containerID\":\"a\",\"ifname\":\"eth0\"},{\"containerID\":\"b\",\"ifname\":\"net1\"}]"));
        Assert.Equal(["net/10.1.2.2: a|eth0", "net/10.1.2.5: a", "net/last_reserved_ip.0: 10.1.2.4"], _bed.Files());
    }

    [Fact]
    public void GC_of_another_network_touches_nothing_here()
    {
        Succeed("ADD", Latest(Pool), "a");
        Succeed("GC", Latest(Pool, ",\"cni.dev/valid-attachments\":[]").Replace("\"net\"", "\"other\"", StringComparison.Ordinal));
        Assert.Contains("net/10.1.2.2: a|eth0", _bed.Files());
        Assert.False(Directory.Exists($"{_bed.DataDir}/other"));
    }

    [Fact]
    public void Leases_of_an_earlier_boot_are_given_up_unless_the_network_keeps_them()
    {
        Succeed("ADD", Conf(Pool));
        File.Delete($"{_bed.DataDir}/net/.dataplane/boot");
        File.CreateSymbolicLink($"{_bed.DataDir}/net/.dataplane/boot", "00000000-0000-0000-0000-000000000000");
        string keep = Conf(Pool, ",\"dataplane\":{\"keepLeasesAcrossBoot\":true}");
        Assert.Contains("duplicate", Text(Run("ADD", keep), "msg"));

        File.Delete($"{_bed.DataDir}/net/.dataplane/boot");
        File.CreateSymbolicLink($"{_bed.DataDir}/net/.dataplane/boot", "00000000-0000-0000-0000-000000000000");
        Succeed("ADD", Conf(Pool));
        Assert.Equal(["net/10.1.2.3: c|eth0", "net/last_reserved_ip.0: 10.1.2.3"], _bed.Files());
    }

    [Fact]
    public void A_directory_that_cannot_be_used_is_an_error_that_names_it()
    {
        File.WriteAllText($"{_bed.DataDir}/file", "");
        Answer answer = Run("ADD", Conf(Pool).Replace("\"DATA\"", "\"DATA/file\"", StringComparison.Ordinal));
        Assert.Equal(1, answer.Exit);
        Assert.Contains("DATA/file", Text(answer, "msg"));
    }

    [Fact]
    public void A_data_directory_may_be_missing_entirely_and_may_end_in_a_slash()
    {
        Succeed("ADD", Conf(Pool).Replace("\"DATA\"", "\"DATA/some/where/\"", StringComparison.Ordinal));
        Assert.Equal("c\r\neth0", File.ReadAllText($"{_bed.DataDir}/some/where/net/10.1.2.2"));
    }
}
