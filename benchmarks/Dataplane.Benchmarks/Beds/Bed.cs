using Dataplane.Benchmarks.Native;
using Dataplane.Benchmarks.Reporting;
using Dataplane.Bpf;
using Dataplane.Netlink;

namespace Dataplane.Benchmarks.Beds;

/// <summary>
/// A node and its containers, as network namespaces of the mount namespace that bench.sh made: they, the leases and
/// the pins vanish with it, however the run ends.
/// </summary>
internal sealed class Bed : IDisposable
{
    private static int s_count;
    private readonly List<string> _namespaces = [];
    private readonly int _number = ++s_count;

    public Bed(Side side)
    {
        if (!IsPossible)
        {
            throw new InvalidOperationException("run ./bench.sh: it makes the mount namespace in which nothing is left behind");
        }

        Side = side;
        Host = Add("host");
        // Leases are on a disk, as /var/lib/cni is: fsync has to cost what it costs.
        Leases = Path.Combine(Scratch, $"leases-{_number}");
        Directory.CreateDirectory(Leases);
    }

    /// <summary>Whether bench.sh has made the mount namespace that beds are in.</summary>
    public static bool IsPossible { get; } = Environment.GetEnvironmentVariable("DATAPLANE_BENCH_STAGE") == "inside";

    /// <summary>A directory of this run's on the disk that the tree is on.</summary>
    public static string Scratch => Environment.GetEnvironmentVariable("DATAPLANE_BENCH_SCRATCH")!;

    /// <summary>The node's address towards the outside.</summary>
    public const string HostAddress = "192.0.2.1";

    /// <summary>The outside's address.</summary>
    public const string OutsideAddress = "192.0.2.2";

    public Side Side { get; }

    /// <summary>Whether the reference's plugins are measured.</summary>
    public bool IsReference => Side is Side.Reference or Side.ReferenceLegacy;

    /// <summary>The path of the node's namespace.</summary>
    public string Host { get; }

    /// <summary>A program, with its arguments, that starts the plugins of calls made from now on: strace. Empty: they are started directly.</summary>
    public IReadOnlyList<string> Through { get; set; } = [];

    /// <summary>Where host-local keeps its files.</summary>
    public string Leases { get; }

    /// <summary>The directory of the plugins that are measured.</summary>
    public string Plugins => IsReference ? ReferencePlugins : OurPlugins;

    /// <summary>/usr/lib/cni, or DATAPLANE_REFERENCE_PLUGINS.</summary>
    public static string ReferencePlugins { get; } = Environment.GetEnvironmentVariable("DATAPLANE_REFERENCE_PLUGINS") ?? "/usr/lib/cni";

    /// <summary>artifacts/cni/bin.</summary>
    public static string OurPlugins { get; } = Environment.GetEnvironmentVariable("DATAPLANE_PLUGINS") ?? Path.GetFullPath("artifacts/cni/bin");

    /// <summary>Makes one more namespace.</summary>
    /// <returns>Its path.</returns>
    public string Add(string label)
    {
        string name = $"bench{_number}-{label}";
        Command.Run("ip", "netns", "add", name);
        Command.Run("ip", "-n", name, "link", "set", "lo", "up");
        string path = $"/run/netns/{name}";
        _namespaces.Add(name);
        return path;
    }

    /// <summary>Makes one more namespace, for many containers: hundreds of interfaces would report their IPv6 groups for minutes, each to all others.</summary>
    /// <returns>Its path.</returns>
    public string AddQuiet(string label)
    {
        string path = Add(label);
        using var inside = new InNamespace(path);
        File.WriteAllText("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1");
        // Each answers for its own address alone: else all of them did for each of them, and the kernel's table of neighbours would be full.
        File.WriteAllText("/proc/sys/net/ipv4/conf/all/arp_ignore", "1");
        return path;
    }

    /// <summary>Gives the node an outside: a namespace behind a veth, by which its default route goes.</summary>
    /// <returns>The path of the outside's namespace.</returns>
    public string AddOutside()
    {
        string outside = Add("outside");
        string host = Path.GetFileName(Host);
        Command.Run("ip", "-n", host, "link", "add", "uplink", "type", "veth", "peer", "name", "eth0", "netns", Path.GetFileName(outside));
        Command.Run("ip", "-n", host, "address", "add", $"{HostAddress}/24", "dev", "uplink");
        Command.Run("ip", "-n", host, "link", "set", "uplink", "up");
        Command.Run("ip", "-n", Path.GetFileName(outside), "address", "add", $"{OutsideAddress}/24", "dev", "eth0");
        Command.Run("ip", "-n", Path.GetFileName(outside), "link", "set", "eth0", "up");
        Command.Run("ip", "-n", host, "route", "add", "default", "via", OutsideAddress);
        return outside;
    }

    /// <summary>A call of "bridge" for a container.</summary>
    public Child Bridge(string command, string container, string netns, string configuration) => Plugin("bridge", command, container, netns, "eth0", configuration);

    /// <summary>A call of a plugin for a container's interface.</summary>
    public Child Plugin(string plugin, string command, string container, string netns, string ifname, string configuration) =>
        new([.. Through, $"{Plugins}/{plugin}"],
        [
            // The reference's portmap looks for iptables.
            $"CNI_COMMAND={command}", $"CNI_CONTAINERID={container}", $"CNI_NETNS={netns}", $"CNI_IFNAME={ifname}", $"CNI_PATH={Plugins}", $"PATH={Iptables.Path(Side)}",
        ], configuration);

    /// <summary>Runs a call inside the node.</summary>
    /// <returns>Nanoseconds.</returns>
    public double Run(Child call)
    {
        using var inside = new InNamespace(Host);
        return call.Run();
    }

    /// <summary>bridge and host-local, without masquerade.</summary>
    public string Configuration(string subnet) => $$$"""
        {"cniVersion": "1.0.0", "name": "bench", "type": "bridge", "bridge": "cni0", "isGateway": true,
         "ipam": {"type": "host-local", "dataDir": "{{{Leases}}}", "ranges": [[{"subnet": "{{{subnet}}}"}]], "routes": [{"dst": "0.0.0.0/0"}]}}
        """;

    public void Dispose()
    {
        if (!IsReference)
        {
            // Namespaces take their devices' programs with them, but not what hangs on the machine's root cgroup.
            using NetworkNamespace host = NetworkNamespace.Open(Host);
            NodePrograms.Remove(host.Cookie);
        }

        foreach (string name in _namespaces)
        {
            Command.Run("ip", "netns", "delete", name);
        }

        Directory.Delete(Leases, recursive: true);
    }
}
