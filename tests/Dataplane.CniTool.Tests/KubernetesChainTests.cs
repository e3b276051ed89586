using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Dataplane.TestKit;

namespace Dataplane.CniTool.Tests;

/// <summary>The chains of a Kubernetes node, by cnitool and by the original libcni, with real traffic: all plugins ours, and every mixture of ours and the reference's.</summary>
public sealed class KubernetesChainTests : IDisposable
{
    private const Needs What = Needs.Namespaces | Needs.OurPlugins | Needs.Shapers | Needs.Iperf;
    private const string Mac = "0a:58:0a:4d:00:63";
    private const string Ttl = "net/ipv4/ip_default_ttl";
    private const string Capabilities = $$"""
        {"mac": "{{Mac}}", "portMappings": [{"hostPort": 8080, "containerPort": 7000, "protocol": "tcp"}, {"hostPort": 8080, "containerPort": 7000, "protocol": "udp"}],
         "bandwidth": {"ingressRate": 20000000, "ingressBurst": 1000000, "egressRate": 20000000, "egressBurst": 1000000} }
        """;

    private static readonly IPAddress s_node = IPAddress.Parse("192.0.2.1");
    private readonly ToolBed _bed = new();
    private readonly TestNamespace _outside;

    public KubernetesChainTests() => _outside = _bed.Node.AddOutside("up0", "192.0.2.1/24", "192.0.2.2/24");

    public void Dispose() => _bed.Dispose();

    [ToolTheory(What, oracle: true), InlineData(true), InlineData(false)]
    public void Bridge_portmap_bandwidth_tuning_and_firewall_do_together_what_each_does(bool oracle)
    {
        Write("1.0.0", Bridge("net"), """{"type": "portmap", "capabilities": {"portMappings": true}}""", """{"type": "bandwidth", "capabilities": {"bandwidth": true}}""", Tuning,
            """{"type": "firewall", "backend": "iptables", "ingressPolicy": "same-bridge"}""");
        string driver = oracle ? Executables.Oracle : Executables.CniTool;
        TestNamespace pod = _bed.Pod, other = _bed.Node.AddPod();
        string before = pod.Sysctl(Ttl)!;

        JsonNode result = JsonNode.Parse(Run(driver, OurPlugins.Directory, "add", pod).StdoutText)!;
        _bed.Run(driver, OurPlugins.Directory, [], "add", "net", other.Path).OrThrow();

        IPAddress address = IPAddress.Parse(result["ips"]![0]!["address"]!.GetValue<string>().Split('/')[0]);
        Assert.Equal(Mac, result["interfaces"]!.AsArray().Single(static item => item!["sandbox"] is not null)!["mac"]!.GetValue<string>());
        Assert.Equal("61", pod.Sysctl(Ttl));
        using (EchoServer.Start(pod, 7000))
        {
            foreach (ProtocolType protocol in (ProtocolType[])[ProtocolType.Tcp, ProtocolType.Udp])
            {
                // To the address that tuning has given it, from a neighbour by the fast path too; by the host port, from everywhere.
                Assert.Equal(5, EchoClient.Count(other, protocol, address, 7000, times: 5, bytes: 1000));
                Assert.Equal(2, EchoClient.Count(_bed.Node.Host, protocol, address, 7000, times: 2));
                Assert.Equal(2, EchoClient.Count(_outside, protocol, s_node, 8080, times: 2));
                Assert.Equal(2, EchoClient.Count(other, protocol, s_node, 8080, times: 2));
                Assert.Equal(2, EchoClient.Count(_bed.Node.Host, protocol, IPAddress.Loopback, 8080, times: 2));
            }
        }
        AssertLimited(20_000_000, new Iperf(_bed.Node.Host, pod, address, 5201, 5201));
        AssertLimited(20_000_000, new Iperf(_bed.Node.Host, pod, address, 5201, 5201, Reverse: true));
        Run(driver, OurPlugins.Directory, "check", pod);

        Run(driver, OurPlugins.Directory, "del", pod);
        _bed.Run(driver, OurPlugins.Directory, [], "del", "net", other.Path).OrThrow();
        Assert.Equal(before, pod.Sysctl(Ttl));
        AssertNothingIsLeft();
    }

    public static TheoryData<bool, bool, bool, bool> Mixtures
    {
        get
        {
            var mixtures = new TheoryData<bool, bool, bool, bool>();
            for (int i = 0; i < 16; i++)
            {
                mixtures.Add((i & 1) != 0, (i & 2) != 0, (i & 4) != 0, (i & 8) != 0);
            }
            return mixtures;
        }
    }

    [ToolTheory(Needs.Namespaces | Needs.OurPlugins | Needs.ReferencePlugins | Needs.Iptables | Needs.Ip6tables, oracle: true), MemberData(nameof(Mixtures))]
    public void Ours_and_the_references_work_in_one_chain(bool oracle, bool ourBridge, bool ourPortmap, bool ourTuning)
    {
        Write("1.0.0", Bridge("net"), """{"type": "portmap", "capabilities": {"portMappings": true}}""", Tuning);
        string driver = oracle ? Executables.Oracle : Executables.CniTool;
        string path = Mixed(("bridge", ourBridge), ("portmap", ourPortmap), ("tuning", ourTuning), ("host-local", !ourBridge));

        JsonNode result = JsonNode.Parse(Run(driver, path, "add", _bed.Pod).StdoutText)!;

        IPAddress address = IPAddress.Parse(result["ips"]![0]!["address"]!.GetValue<string>().Split('/')[0]);
        Assert.Contains($"link/ether {Mac}", _bed.Pod.Ip("link", "show", "eth0"), StringComparison.Ordinal);
        using (EchoServer.Start(_bed.Pod, 7000))
        {
            foreach (ProtocolType protocol in (ProtocolType[])[ProtocolType.Tcp, ProtocolType.Udp])
            {
                Assert.Equal(1, EchoClient.Count(_bed.Node.Host, protocol, address, 7000, times: 1));
                Assert.Equal(2, EchoClient.Count(_outside, protocol, s_node, 8080, times: 2));
            }
        }
        if (ourPortmap)
        {
            // The reference's, 1.1.1, looks for the rules of IPv4 in the table of IPv6, and fails for every container.
            Run(driver, path, "check", _bed.Pod);
        }
        // Whoever attached it: the other driver detaches it.
        Run(oracle ? Executables.CniTool : Executables.Oracle, path, "del", _bed.Pod);
        Run(driver, path, "del", _bed.Pod);
        AssertNothingIsLeft();
    }

    private const string Tuning = """{"type": "tuning", "capabilities": {"mac": true}, "dataDir": "/var/lib/cni/tuning", "sysctl": {"net.ipv4.ip_default_ttl": "61"}}""";

    private static string Bridge(string name) => $$"""
        {"type": "bridge", "bridge": "br-{{name}}", "isDefaultGateway": true, "ipMasq": true, "ipam": {"type": "host-local", "ranges": [[{"subnet": "10.77.0.0/24"}], [{"subnet": "fd00:77::/64"}]]} }
        """;

    private static void AssertLimited(long rate, Iperf stream)
    {
        double seen = stream.Run();
        // Only too much is an error: too little may be the machine's fault.
        Assert.InRange(seen, 1, 1.1 * rate);
    }

    private void Write(string version, params string[] plugins) =>
        _bed.Write("10.conflist", $$"""{"cniVersion": "{{version}}", "name": "net", "plugins": [{{string.Join(", ", plugins)}}]}""");

    private ToolResult Run(string driver, string path, string verb, TestNamespace pod) =>
        _bed.Run(driver, path, [("CAP_ARGS", Capabilities)], verb, "net", pod.Path).OrThrow();

    private void AssertNothingIsLeft()
    {
        Assert.All(_bed.Node.Pods, static pod => Assert.DoesNotContain("eth0", pod.Ip("link", "show"), StringComparison.Ordinal));
        Assert.Empty(_bed.Leases("net"));
        Assert.Empty(_bed.Cached);
        string tuning = Path.Combine(_bed.State, "tuning");
        Assert.Empty(Directory.Exists(tuning) ? Directory.GetFiles(tuning) : []);
        LeakCheck.AssertClean(_bed.Node);
    }

    // As on a node in the middle of being switched.
    private string Mixed(params (string Plugin, bool Ours)[] plugins)
    {
        string directory = Path.Combine(_bed.Node.Scratch, "mixed");
        Directory.CreateDirectory(directory);
        foreach ((string plugin, bool ours) in plugins)
        {
            File.CreateSymbolicLink(Path.Combine(directory, plugin), Path.Combine(ours ? OurPlugins.Directory : ReferencePlugins.Directory, plugin));
        }
        return directory;
    }
}
