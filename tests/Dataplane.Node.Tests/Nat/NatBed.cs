using Dataplane.TestKit;

namespace Dataplane.Node.Tests.Nat;

/// <summary>A node with an uplink, a router and a machine behind it, and one network whose pods are masqueraded and may have host ports.</summary>
public class NatBed : IDisposable
{
    /// <summary>What every test of translation needs.</summary>
    public const Needs Needed = Needs.Namespaces | Needs.OurPlugins | Needs.Bpftool | Needs.Ping | Needs.Nft;

    private readonly List<NatPod> _pods = [];

    /// <param name="plugin">bridge or ptp</param>
    /// <param name="main">further fields of its configuration, such as <c>"dataplane": {…}</c></param>
    /// <param name="portmap">further fields of portmap's</param>
    /// <param name="uplink">connects the node; null: by a veth "up0"</param>
    public NatBed(string plugin, string main = "", string portmap = "", Func<NodeBed, OutsideWorld, Uplink>? uplink = null)
    {
        // Whoever is waiting for its own duplicate address cannot ask for a neighbour.
        Node = new NodeBed(instantDad: true);
        World = new OutsideWorld(Node);
        Uplink = uplink is null ? World.AddUplink("up0") : uplink(Node, World);
        Maps = new NodeMaps(Node);
        SendEveryError(Node.Host);
        Plugins = new PluginRunner(Node.Host, OurPlugins.Directory);
        Chain = Network(plugin, 1, main, portmap);
    }

    public NodeBed Node { get; }

    public TestNamespace Host => Node.Host;

    public OutsideWorld World { get; }

    public Uplink Uplink { get; }

    public NodeMaps Maps { get; }

    public PluginRunner Plugins { get; }

    /// <summary>The network of <see cref="Attach(PortMapping[])"/>.</summary>
    public PluginChain Chain { get; }

    /// <summary>A network of its own number (10.N.0.0/24, fd00:N::/64): the main plugin with ipMasq, and portmap.</summary>
    public PluginChain Network(string plugin, int number, string main = "", string portmap = "") =>
        new(Plugins, $"net{number}", MainPlugin(plugin, number, main), Portmap(portmap));

    /// <summary>The main plugin of <see cref="Network"/>.</summary>
    protected string MainPlugin(string plugin, int number, string more = "") =>
        $$"""
        {"type": "{{plugin}}", "ipMasq": true{{(plugin == "bridge" ? $", \"bridge\": \"br{number}\", \"isDefaultGateway\": true" : "")}}{{more}},
         "ipam": {"type": "host-local", "dataDir": "{{Node.DataDirectory}}",
                  "ranges": [[{"subnet": "10.{{number}}.0.0/24"}], [{"subnet": "fd00:{{number}}::/64"}]]{{(plugin == "ptp" ? ", \"routes\": [{\"dst\": \"0.0.0.0/0\"}, {\"dst\": \"::/0\"}]" : "")}} } }
        """;

    /// <summary>The last plugin of <see cref="Network"/>.</summary>
    protected static string Portmap(string more = "") => $$"""{"type": "portmap", "snat": true, "capabilities": {"portMappings": true}{{more}} }""";

    /// <summary>Attaches a new pod to the bed's network.</summary>
    public NatPod Attach(params PortMapping[] mappings) => Attach(Chain, mappings);

    /// <summary>Attaches a new pod; the end of the bed detaches it.</summary>
    public NatPod Attach(PluginChain chain, IReadOnlyList<PortMapping> mappings, string? args = null)
    {
        TestNamespace at = Node.AddPod();
        SendEveryError(at);
        string id = $"pod-{Node.Pods.Count}";
        var pod = new NatPod(chain, id, at, mappings, chain.Add(id, at, mappings, args));
        _pods.Add(pod);
        return pod;
    }

    // The kernel rations ICMP errors to one peer, and tests provoke them by the dozen.
    private static void SendEveryError(TestNamespace at)
    {
        at.SetSysctl("net/ipv4/icmp_ratelimit", "0");
        at.SetSysctl("net/ipv6/icmp/ratelimit", "0");
    }

    /// <summary>Detaches a pod before the end of the bed.</summary>
    public void Detach(NatPod pod)
    {
        _pods.Remove(pod);
        pod.Delete();
    }

    /// <summary>The same port for both transports.</summary>
    public static PortMapping[] Ports(int hostPort, int containerPort, string? hostIp = null) =>
        [new(hostPort, containerPort, "tcp", hostIp), new(hostPort, containerPort, "udp", hostIp)];

    /// <summary>How much each counter grew while <paramref name="code"/> ran.</summary>
    public IReadOnlyDictionary<string, long> Counted(Action code)
    {
        IReadOnlyDictionary<string, long> before = Maps.Counters();
        code();
        return Maps.Counters().ToDictionary(static counter => counter.Key, counter => counter.Value - before.GetValueOrDefault(counter.Key));
    }

    /// <summary>The counters that are not zero, for messages.</summary>
    public static string Text(IReadOnlyDictionary<string, long> counters) =>
        string.Join(", ", counters.Where(static counter => counter.Value != 0).Select(static counter => $"{counter.Key} {counter.Value}"));

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        try
        {
            foreach (NatPod pod in _pods)
            {
                pod.Delete();
            }
            LeakCheck.AssertClean(Node);
        }
        finally
        {
            Ended();
            Node.Dispose();
        }
    }

    /// <summary>Ends what a kind of bed added.</summary>
    protected virtual void Ended()
    {
    }
}
