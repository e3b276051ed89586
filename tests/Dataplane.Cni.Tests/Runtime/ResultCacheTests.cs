using System.Text;
using Dataplane.Cni.Runtime;

namespace Dataplane.Cni.Tests.Runtime;

/// <summary>The files: libcni's, byte for byte (the texts here are from one).</summary>
public sealed class ResultCacheTests : IDisposable
{
    private const string Config = """{"name":"net","cniVersion":"1.0.0","plugins":[{"type":"a"}]}""";
    private readonly RuntimeBed _bed = new("a");

    public void Dispose() => _bed.Dispose();

    private string CachePath(string name) => Path.Join(_bed.Results, name);

    private void Plant(string name, string content)
    {
        Directory.CreateDirectory(_bed.Results);
        File.WriteAllText(CachePath(name), content);
    }

    [Fact]
    public void A_file_is_libcnis_byte_for_byte()
    {
        var attachment = new RuntimeAttachment
        {
            ContainerId = "one",
            NetnsPath = "/ns",
            Args = RuntimeAttachment.ParseArgs("K8S_POD_NAME=<x>;IgnoreUnknown=1"),
            CapabilityArgs = RuntimeBed.Json("""{"b":{"z":1.50,"a":null},"a":[]}"""),
        };
        _bed.Runtime.Add(RuntimeBed.List(Config), attachment);

        Assert.Equal(
            $$$"""{"kind":"cniCacheV1","containerId":"one","config":"{{{Convert.ToBase64String(Encoding.UTF8.GetBytes(Config))}}}","ifName":"eth0","networkName":"net","netns":"/ns","cniArgs":[["K8S_POD_NAME","\u003cx\u003e"],["IgnoreUnknown","1"]],"capabilityArgs":{"a":[],"b":{"a":null,"z":1.5}},"result":{"cniVersion":"1.0.0","interfaces":[{"name":"eth0","sandbox":"/ns"}],"ips":[{"address":"10.1.2.3/24","interface":0}]}}""",
            File.ReadAllText(CachePath("net-one-eth0")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(CachePath("net-one-eth0")));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(_bed.Results));
    }

    [Fact]
    public void What_was_written_is_read()
    {
        var attachment = new RuntimeAttachment
        {
            ContainerId = "one",
            NetnsPath = "/ns",
            Args = RuntimeAttachment.ParseArgs("A=1"),
            CapabilityArgs = RuntimeBed.Json("""{"mac":"02:00:00:00:00:01"}"""),
        };
        _bed.Runtime.Add(RuntimeBed.List(Config), attachment);

        CachedAttachment cached = _bed.Cache.Find("net", "one", "eth0")!;

        Assert.Equal(("net", "one", "/ns", "eth0"), (cached.Network, cached.Attachment.ContainerId, cached.Attachment.NetnsPath, cached.Attachment.IfName));
        Assert.Equal([new("A", "1")], cached.Attachment.Args);
        Assert.Equal("02:00:00:00:00:01", cached.Attachment.CapabilityArgs.GetString("mac"));
        Assert.Equal(Config, Encoding.UTF8.GetString(cached.Config.Span));
        Assert.Equal("10.1.2.3/24", _bed.Cache.FindResult("net", attachment)!.Ips[0].Address.ToString());
    }

    [Fact]
    public void A_bare_result_of_older_days_is_read()
    {
        Plant("net-one-eth0", """{"cniVersion":"0.4.0","ips":[{"version":"4","address":"10.0.0.2/24"}],"dns":{}}""");

        Assert.Equal("10.0.0.2/24", _bed.Cache.FindResult("net", RuntimeBed.Attachment())!.Ips[0].Address.ToString());
        Assert.Null(_bed.Cache.Find("net", "one", "eth0"));
        _bed.Runtime.Del(RuntimeBed.List(Config), RuntimeBed.Attachment());
        Assert.Contains("""prevResult":{"cniVersion":"1.0.0","ips":[{"address":"10.0.0.2/24"}]}""", _bed.Calls[0].Stdin);
    }

    [Fact]
    public void The_list_passes_over_what_is_torn_foreign_or_temporary()
    {
        _bed.Runtime.Add(RuntimeBed.List(Config), RuntimeBed.Attachment("two"));
        _bed.Runtime.Add(RuntimeBed.List(Config), RuntimeBed.Attachment("one"));
        _bed.Runtime.Add(RuntimeBed.List(Config), RuntimeBed.Attachment("one", "net1"));
        string whole = File.ReadAllText(CachePath("net-one-eth0"));
        Plant(".123-1", whole);
        Plant("net-zero-eth0", "");
        Plant("net-torn-eth0", whole[..^20]);
        Plant("net-old-eth0", RuntimeBed.Result);
        Plant("net-base-eth0", whole.Replace("\"config\":\"ey", "\"config\":\"!!"));
        Plant("net-nameless-eth0", whole.Replace("\"networkName\":\"net\"", "\"networkName\":\"\""));
        Plant("net-array-eth0", "[]");
        Directory.CreateDirectory(CachePath("directory"));

        Assert.Equal(["one eth0", "one net1", "two eth0"], _bed.Cache.List().Select(c => $"{c.Attachment.ContainerId} {c.Attachment.IfName}"));
        Assert.Equal(2, _bed.Cache.List("one").Count);
        Assert.Empty(_bed.Cache.List("on"));
    }

    [Theory]
    [InlineData("", "one", "eth0")]
    [InlineData("net", "", "eth0")]
    [InlineData("net", "one", "")]
    public void A_file_needs_all_three_names(string network, string id, string ifName) =>
        Assert.Equal(
            $"cache file path requires network name (\"{network}\"), container ID (\"{id}\"), and interface name (\"{ifName}\")",
            Assert.Throws<CniException>(() => _bed.Cache.PathOf(network, id, ifName)).Message);

    [Fact]
    public void No_name_leads_out_of_the_directory()
    {
        string victim = Path.Join(_bed.Root, "victim");
        File.WriteAllText(victim, "keep");
        Plant("net-evil-eth0", $$"""{"kind":"cniCacheV1","containerId":"/../../../victim","config":"","ifName":"eth0/../../../../victim","networkName":"net"}""");

        _bed.Runtime.Gc(RuntimeBed.List(Config), []);

        Assert.Equal("keep", File.ReadAllText(victim));
        Assert.Throws<CniException>(() => _bed.Cache.PathOf("net", "../../victim", "eth0"));
    }

    [Fact]
    public void Writers_and_readers_at_once_see_whole_files()
    {
        NetworkList list = RuntimeBed.List(Config);
        CniResult result = ResultJson.Parse(Encoding.UTF8.GetBytes(RuntimeBed.Result), "1.0.0");
        _bed.Cache.Add(list, RuntimeBed.Attachment(), result);
        var failures = new List<Exception>();
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(n => new Thread(() =>
        {
            try
            {
                for (int i = 0; i < 200; i++)
                {
                    if (n % 2 == 0)
                    {
                        _bed.Cache.Add(list, RuntimeBed.Attachment(), result);
                    }
                    else
                    {
                        Assert.NotNull(_bed.Cache.FindResult("net", RuntimeBed.Attachment()));
                        Assert.Single(_bed.Cache.List());
                    }
                }
            }
            catch (Exception e)
            {
                lock (failures)
                {
                    failures.Add(e);
                }
            }
        }))];
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());

        Assert.Empty(failures);
    }

    [Fact]
    public void Random_damage_never_ends_a_DEL()
    {
        var random = new Random(66);
        _bed.Runtime.Add(RuntimeBed.List(Config), RuntimeBed.Attachment());
        byte[] whole = File.ReadAllBytes(CachePath("net-one-eth0"));
        for (int i = 0; i < 1000; i++)
        {
            byte[] damaged = random.Next(2) == 0 ? whole[..random.Next(whole.Length)] : [.. whole];
            for (int change = random.Next(4); change > 0 && damaged.Length > 0; change--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }
            File.WriteAllBytes(CachePath("net-one-eth0"), damaged);
            _ = _bed.Cache.List();
            _bed.Runtime.Del(RuntimeBed.List(Config), RuntimeBed.Attachment());
            Assert.False(File.Exists(CachePath("net-one-eth0")));
        }
    }
}
