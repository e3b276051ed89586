using System.Net;
using System.Text.Json.Nodes;
using Dataplane.TestKit;

namespace Dataplane.CniTool.Tests;

/// <summary>What the reference's own integration suite does with cnitool, and results that cross versions of the specification.</summary>
public sealed class IntegrationTests : IDisposable
{
    private const Needs What = Needs.Namespaces | Needs.OurPlugins;
    private const long Rate = 8_000_000;
    private const string Limits = """{"type": "bandwidth", "capabilities": {"bandWidth": true, "bandwidth": true}}""";
    private const string Bandwidth = """{"bandwidth": {"ingressRate": 8000000, "ingressBurst": 400000, "egressRate": 8000000, "egressBurst": 400000}}""";

    private readonly ToolBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [ToolTheory(What), InlineData("bridge"), InlineData("ptp")]
    public void A_network_is_added_and_deleted(string plugin)
    {
        Write("net", "1.0.0", MainPlugin(plugin, 1));

        Run("add", "net", _bed.Pod);
        Assert.True(Ping.Reaches(_bed.Node.Host, IPAddress.Parse("10.1.0.2")));
        Run("del", "net", _bed.Pod);

        Assert.DoesNotContain("eth0", _bed.Pod.Ip("link"), StringComparison.Ordinal);
        LeakCheck.AssertClean(_bed.Node);
    }

    [ToolFact(What | Needs.Shapers | Needs.Iperf)]
    public void Ptp_and_bandwidth_limit_a_container()
    {
        Write("net", "1.0.0", MainPlugin("ptp", 1), Limits);
        Run("add", "net", _bed.Pod);

        Assert.InRange(Stream("10.1.0.2", _bed.Pod), 1, 1.1 * Rate);

        Run("check", "net", _bed.Pod);
        Run("del", "net", _bed.Pod);
        LeakCheck.AssertClean(_bed.Node);
    }

    [ToolFact(What | Needs.Shapers | Needs.Iperf)]
    public void Of_two_bridges_only_the_one_with_bandwidth_is_limited()
    {
        Write("free", "1.0.0", MainPlugin("bridge", 1));
        Write("slow", "1.0.0", MainPlugin("bridge", 2), Limits);
        TestNamespace slow = _bed.Node.AddPod();
        Run("add", "free", _bed.Pod);
        Run("add", "slow", slow);

        Assert.InRange(Stream("10.2.0.2", slow), 1, 1.1 * Rate);
        Assert.InRange(Stream("10.1.0.2", _bed.Pod), 5 * Rate, double.MaxValue);

        Run("del", "slow", slow);
        Run("del", "free", _bed.Pod);
        LeakCheck.AssertClean(_bed.Node);
    }

    public static TheoryData<string, string, bool> Versions
    {
        get
        {
            var versions = new TheoryData<string, string, bool>();
            string[] all = ["0.3.1", "0.4.0", "1.0.0"];
            foreach (string added in all)
            {
                foreach (string later in all)
                {
                    versions.Add(added, later, true);
                    versions.Add(added, later, false);
                }
            }
            return versions;
        }
    }

    /// <summary>A network's version is changed while containers run: what is remembered of them is converted, for ours and for the reference's plugins.</summary>
    [ToolTheory(What | Needs.ReferencePlugins), MemberData(nameof(Versions))]
    public void Results_cross_versions(string added, string later, bool ourBridge)
    {
        string directory = Path.Combine(_bed.Node.Scratch, "mixed");
        Directory.CreateDirectory(directory);
        foreach ((string plugin, bool ours) in ((string, bool)[])[("bridge", ourBridge), ("tuning", !ourBridge), ("host-local", ourBridge)])
        {
            File.CreateSymbolicLink(Path.Combine(directory, plugin), Path.Combine(ours ? OurPlugins.Directory : ReferencePlugins.Directory, plugin));
        }
        string[] plugins = [MainPlugin("bridge", 1), """{"type": "tuning", "dataDir": "/var/lib/cni/tuning", "mtu": 1400}"""];
        Write("net", added, plugins);

        JsonNode result = JsonNode.Parse(_bed.CniTool(directory, "add", "net", _bed.Pod.Path).OrThrow().StdoutText)!;

        Assert.Equal(added, result["cniVersion"]!.GetValue<string>());
        Assert.Equal(added == "1.0.0", result["ips"]![0]!["version"] is null);
        Write("net", later, plugins);
        if (later != "0.3.1")
        {
            _bed.CniTool(directory, "check", "net", _bed.Pod.Path).OrThrow();
        }
        _bed.CniTool(directory, "del", "net", _bed.Pod.Path).OrThrow();
        Assert.Empty(_bed.Leases("net"));
        LeakCheck.AssertClean(_bed.Node);
    }

    private static string MainPlugin(string plugin, int number) => $$"""
        {"type": "{{plugin}}", "bridge": "br{{number}}", "isGateway": true, "ipam": {"type": "host-local", "ranges": [[{"subnet": "10.{{number}}.0.0/24"}]]} }
        """;

    private void Write(string name, string version, params string[] plugins) =>
        _bed.Write($"{name}.conflist", $$"""{"cniVersion": "{{version}}", "name": "{{name}}", "plugins": [{{string.Join(", ", plugins)}}]}""");

    private void Run(string verb, string network, TestNamespace pod) =>
        _bed.Run(Executables.CniTool, OurPlugins.Directory, [("CAP_ARGS", Bandwidth)], verb, network, pod.Path).OrThrow();

    private double Stream(string address, TestNamespace pod) => new Iperf(_bed.Node.Host, pod, IPAddress.Parse(address), 5201, 5201).Run();
}
