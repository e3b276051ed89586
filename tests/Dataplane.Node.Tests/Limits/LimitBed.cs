using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Dataplane.Node.Tests.Nat;
using Dataplane.TestKit;
using Xunit;

namespace Dataplane.Node.Tests.Limits;

/// <summary>A node with an uplink, an unlimited pod, and others that are limited.</summary>
public class LimitBed : NatBed
{
    /// <summary>What every test of limits needs.</summary>
    public const Needs Limits = Needed | Needs.Iperf | Needs.Shapers;

    /// <summary>Where servers listen, in whatever namespace.</summary>
    public const int Port = 5201;

    /// <summary>Goodput over the rate: headers are 4.4 % of a full frame, and so much may be missing or too much.</summary>
    public const double Least = 0.92, Most = 1.03;

    // Where the question is not how exact the limit is, but whether it is there.
    private const double Roughly = 0.7;
    private const int PauseMilliseconds = 300;

    private const int FirstHostPort = 20_000;
    private const int Tries = 6;
    private readonly string _plugin;
    private readonly PluginRunner _plugins;
    private int _hostPorts = FirstHostPort;

    /// <param name="plugin">bridge or ptp</param>
    /// <param name="foreign">the main plugin of limited pods is the reference's</param>
    public LimitBed(string plugin, bool foreign = false)
        : base(plugin)
    {
        _plugin = plugin;
        _plugins = foreign ? new PluginRunner(Host, Mixed(plugin)) : Plugins;
        Other = Attach();
    }

    /// <summary>A pod without a limit.</summary>
    public NatPod Other { get; }

    /// <summary>Fields of a configuration: a rate both ways. The burst is 20 ms: so long may a busy machine be late, and it is 2 % of a measurement at most.</summary>
    public static string Both(long rate) => $"{Ingress(rate)}, {Egress(rate)}";

    /// <inheritdoc cref="Both"/>
    public static string Ingress(long rate) => $"\"ingressRate\": {rate}, \"ingressBurst\": {rate / 50}";

    /// <inheritdoc cref="Both"/>
    public static string Egress(long rate) => $"\"egressRate\": {rate}, \"egressBurst\": {rate / 50}";

    /// <summary>Attaches a pod with a host port and a limit; the bandwidth plugin runs last, or between main plugin and portmap.</summary>
    public LimitedPod AttachLimited(string limit, bool limitFirst = false)
    {
        int hostPort = _hostPorts++;
        string bandwidth = $$"""{"type": "bandwidth", {{limit}} }""";
        string main = MainPlugin(_plugin, 1);
        // The reference would masquerade with iptables, which is not what is asked here.
        main = _plugins == Plugins ? main : main.Replace("\"ipMasq\": true", "\"ipMasq\": false", StringComparison.Ordinal);
        var chain = new PluginChain(_plugins, "net1", limitFirst ? [main, bandwidth, Portmap()] : [main, Portmap(), bandwidth]);
        return new LimitedPod(Attach(chain, Ports(hostPort, Port)), hostPort);
    }

    /// <summary>A call of the bandwidth plugin alone, for a pod that is attached.</summary>
    public PluginResult Bandwidth(string command, LimitedPod pod, string limit)
    {
        JsonObject config = JsonNode.Parse($$"""{"cniVersion": "{{PluginChain.Version}}", "name": "net1", "type": "bandwidth", {{limit}} }""")!.AsObject();
        config["prevResult"] = JsonNode.Parse(pod.Pod.Result.Stdout);
        return _plugins.Run(new PluginCall("bandwidth", command, config.ToJsonString())
        {
            ContainerId = pod.Pod.Id,
            Netns = pod.Pod.Pod.Path,
            IfName = "eth0",
        });
    }

    /// <summary>One stream of TCP between a pod and a peer.</summary>
    public Iperf Stream(LimitedPod pod, Peer peer, Direction direction)
    {
        (TestNamespace client, TestNamespace server, IPAddress target, int port) = Ends(pod, peer);
        return new Iperf(client, server, target, port, Port, direction == Direction.FromPod != (client == pod.Pod.Pod));
    }

    /// <summary>Datagrams between a pod and a peer.</summary>
    public DatagramStream Datagrams(LimitedPod pod, Peer peer, Direction direction, double offered)
    {
        (TestNamespace client, TestNamespace server, IPAddress target, int port) = Ends(pod, peer);
        return new DatagramStream(client, server, target, port, Port, direction == Direction.FromPod != (client == pod.Pod.Pod)) { Offered = offered };
    }

    /// <summary>
    /// Measures bits a second until they are right. Too many are an error at once, however busy the machine is; too few may be its fault.
    /// </summary>
    /// <returns>The last measurement over the rate.</returns>
    /// <param name="rate">bits a second</param>
    /// <param name="measure">gets the number of the try: the later ones may take longer</param>
    /// <param name="least">of the rate</param>
    public static double Keeps(long rate, Func<int, double> measure, double least = Least)
    {
        var seen = new List<string>();
        for (int i = 0; i < Tries; i++)
        {
            double ratio = measure(i) / rate;
            seen.Add(ratio.ToString("0.000", CultureInfo.InvariantCulture));
            Assert.True(ratio <= Most, $"goodput over the rate: {string.Join(", ", seen)}");
            if (ratio >= least)
            {
                return ratio;
            }
            Thread.Sleep(PauseMilliseconds);
        }
        throw new Xunit.Sdk.XunitException($"goodput over the rate: {string.Join(", ", seen)}");
    }

    /// <summary>As <see cref="Keeps"/>, with more patience for a busy machine: a limit is there.</summary>
    public static void IsLimited(long rate, Func<double> measure) => Keeps(rate, _ => measure(), Roughly);

    /// <summary>Measures bits a second until they are more than a limit could let pass that is not there.</summary>
    public static void Exceeds(long rate, Func<double> measure)
    {
        double[] seen = new double[Tries];
        for (int i = 0; i < Tries; i++)
        {
            seen[i] = measure();
            if (seen[i] > 3.0 * rate)
            {
                return;
            }
        }
        Assert.Fail($"bits a second: {string.Join(", ", seen.Select(static rate => rate.ToString("0", CultureInfo.InvariantCulture)))}");
    }

    /// <summary>The kind of the queue at the root of a device.</summary>
    public static string RootQueue(TestNamespace at, string device)
    {
        JsonArray queues = JsonNode.Parse(at.Exec("tc", "-j", "qdisc", "show", "dev", device).OrThrow().StdoutText)!.AsArray();
        return queues.Single(static queue => queue!["root"] is not null)!["kind"]!.GetValue<string>();
    }

    // The reference's main plugin beside ours, as on a node that has both.
    private string Mixed(string plugin)
    {
        string directory = Path.Combine(Node.Scratch, "plugins");
        Directory.CreateDirectory(directory);
        foreach (string file in Directory.EnumerateFiles(OurPlugins.Directory))
        {
            string name = Path.GetFileName(file);
            File.CreateSymbolicLink(Path.Combine(directory, name), name == plugin ? Path.Combine(ReferencePlugins.Directory, name) : file);
        }
        return directory;
    }

    private (TestNamespace Client, TestNamespace Server, IPAddress Target, int Port) Ends(LimitedPod pod, Peer peer) => peer switch
    {
        Peer.Outside => (pod.Pod.Pod, World.Machine, OutsideWorld.Wide4, Port),
        Peer.Node => (Host, pod.Pod.Pod, pod.Pod.V4, Port),
        Peer.Pod => (pod.Pod.Pod, Other.Pod, Other.V4, Port),
        _ => (World.Machine, pod.Pod.Pod, Uplink.Node4, pod.HostPort),
    };
}
