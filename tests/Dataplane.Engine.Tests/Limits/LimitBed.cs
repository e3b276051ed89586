using System.Text.Json.Nodes;
using Dataplane.Abi;
using Dataplane.Bpf;
using Dataplane.Netlink;
using Dataplane.TestKit;

namespace Dataplane.Engine.Tests.Limits;

/// <summary>A node whose containers get limits by this process; main plugins and portmap are the executables.</summary>
internal sealed class LimitBed : IDisposable
{
    private readonly PluginRunner _foreign;

    public LimitBed(int pods = 2)
    {
        Node = new NodeBed(pods);
        Plugins = new PluginRunner(Node.Host, OurPlugins.Directory);
        _foreign = new PluginRunner(Node.Host, ReferencePlugins.Directory);
    }

    public static BandwidthLimit Rate { get; } = new(20_000_000, 400_000);

    public NodeBed Node { get; }

    public PluginRunner Plugins { get; }

    public UplinkNode.Recording Log { get; } = new();

    public string Record(string id) => Path.Combine(Node.RunDirectory, "bandwidth", $"{id}:eth0");

    /// <summary>A container on a bridge.</summary>
    /// <returns>The result of its ADD.</returns>
    public string Attach(string id, int pod, bool foreign = false) => Runner(foreign).Add("bridge", Bridge, id, Node.Pods[pod]).OrThrow().StdoutText;

    public void Detach(string id, int? pod, bool foreign = false) => Runner(foreign).Del("bridge", Bridge, id, pod is { } p ? Node.Pods[p] : null).OrThrow();

    public void Map(string id, int pod, string previous) => Chained(Plugins, "portmap", Ports, "ADD", id, pod, previous);

    public void Unmap(string id, int pod, string previous) => Chained(Plugins, "portmap", Ports, "DEL", id, pod, previous);

    /// <summary>The reference's bandwidth limits a container in both directions.</summary>
    public void LimitByReference(string id, int pod, string previous) => Chained(_foreign, "bandwidth", Rates, "ADD", id, pod, previous);

    public static string Config(string plugin, string fields, string previous)
    {
        JsonNode result = JsonNode.Parse(previous)!;
        result["cniVersion"] = "1.0.0";
        return $$$"""{"cniVersion":"1.0.0","name":"net1","type":"{{{plugin}}}",{{{fields}}},"prevResult":{{{result.ToJsonString()}}}}""";
    }

    private const string Ports = """ "runtimeConfig":{"portMappings":[{"hostPort":8080,"containerPort":80,"protocol":"tcp"}]} """;

    public const string Rates = """ "ingressRate":20000000,"ingressBurst":400000,"egressRate":20000000,"egressBurst":400000 """;

    private void Chained(PluginRunner runner, string plugin, string fields, string command, string id, int pod, string previous) =>
        runner.Run(new PluginCall(plugin, command, Config(plugin, fields, previous)) { ContainerId = id, Netns = Node.Pods[pod].Path, IfName = "eth0" }).OrThrow();

    public BandwidthRequest Request(string id, int pod, BandwidthLimit? ingress, BandwidthLimit? egress) => new()
    {
        Id = new AttachmentId(id, "eth0"),
        Network = "net1",
        NetnsPath = Node.Pods[pod].Path,
        Ingress = ingress,
        Egress = egress,
    };

    /// <summary>An ADD whose result whoever asked for it has got.</summary>
    public Shaper Add(BandwidthRequest request) => With(bandwidth =>
    {
        using PendingAttachment<Shaper> pending = bandwidth.Add(request)!;
        pending.Journal.Complete();
        return pending.Result;
    });

    public Shaper Limit(string id, int pod) => Add(Request(id, pod, Rate, Rate));

    public void Check(BandwidthRequest request) => With(bandwidth =>
    {
        bandwidth.Check(request);
        return 0;
    });

    public string Failure(BandwidthRequest request) => Assert.Throws<NodeException>(() => Check(request)).Message;

    /// <summary>DEL that knows nothing but the container.</summary>
    public void Remove(string id, string referenceDevice = "", string netns = "") => With(bandwidth =>
    {
        bandwidth.Remove(new AttachmentId(id, "eth0"), referenceDevice, netns);
        return 0;
    });

    public void Set(string id, BandwidthLimit? ingress, BandwidthLimit? egress) => With(bandwidth =>
    {
        bandwidth.Set(new AttachmentId(id, "eth0"), ingress, egress);
        return 0;
    });

    public List<string> Collect(params string[] valid) =>
        With(bandwidth => bandwidth.Collect("net1", [.. valid.Select(static id => new AttachmentId(id, "eth0"))]));

    public T With<T>(Func<Bandwidth, T> work) => Node.Host.Run(() =>
    {
        using Node node = Engine.Node.Open();
        return work(new Bandwidth(node, Log));
    });

    public T Map<T>(Func<NodePrograms, T> look)
    {
        using NodePrograms? programs = NodePrograms.TryOpenAnyBuild(Node.Cookie);
        return look(programs!);
    }

    public LimitRow? Row(uint ifIndex, LimitDirection direction) =>
        Map(programs => programs.Limits.TryLookup(new LimitKey { Ifindex = ifIndex, Direction = direction }, out LimitRow row) ? row : (LimitRow?)null);

    public (uint IfIndex, Endpoint Row) Endpoint() => Assert.Single(Map(static programs => programs.Endpoints.Entries()));

    /// <summary>How many rows of limits there are: limits, states, pods, subnets.</summary>
    public (int, int, int, int) Rows() => Map(static programs => programs is null ? default : (
        programs.Limits.Entries().Count, programs.LimitStates.Entries().Count, programs.LimitPods.Entries().Count, programs.LimitSubnets.Entries().Count));

    public QdiscInfo? HostQueue(uint ifIndex) => Root(Node.Host, (int)ifIndex);

    public QdiscInfo? PodQueue(int pod) => Root(Node.Pods[pod], int.Parse(Node.Pods[pod].Ip("-o", "link", "show", "eth0").Split(':')[0]));

    /// <summary>The filters of a container's own device.</summary>
    public List<FilterInfo> PodFilters(int pod) => Node.Pods[pod].Run(static () =>
    {
        using RtnlSocket rtnl = RtnlSocket.Open();
        return rtnl.DumpFilters(rtnl.FindLink("eth0")!.Index);
    });

    /// <summary>What a container that is limited no more has of limits.</summary>
    public void AssertUnlimited(uint ifIndex, int pod)
    {
        Assert.Equal((0, 0, 0, 0), Rows());
        Assert.Null(HostQueue(ifIndex));
        Assert.Null(PodQueue(pod));
        Assert.Empty(PodFilters(pod));
        Assert.False(Node.Pods[pod].Exec("tc", "qdisc", "show", "dev", "eth0").StdoutText.Contains("clsact", StringComparison.Ordinal));
    }

    public void Dispose() => Node.Dispose();

    private string Bridge => $$"""
        {"cniVersion":"1.0.0","name":"net1","type":"bridge","bridge":"br0","isGateway":true,
         "ipam":{"type":"host-local","dataDir":"{{Node.DataDirectory}}","ranges":[[{"subnet":"10.1.2.0/24"}],[{"subnet":"fd00:1::/64"}]]} }
        """;

    private PluginRunner Runner(bool foreign) => foreign ? _foreign : Plugins;

    private static QdiscInfo? Root(TestNamespace at, int ifIndex) => at.Run(() =>
    {
        using RtnlSocket rtnl = RtnlSocket.Open();
        // The kernel's own has no handle.
        return rtnl.FindRootQdisc(ifIndex) is { Handle: not 0 } root ? root : null;
    });
}
