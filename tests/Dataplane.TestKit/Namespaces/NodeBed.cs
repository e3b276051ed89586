namespace Dataplane.TestKit;

/// <summary>
/// A node on the test machine: a host network namespace, pods to attach to it and a scratch directory.
/// Any number of beds live side by side. Disposing removes the namespaces and what the node kept outside
/// them (pins, run directory, scratch); <see cref="LeakCheck"/> looks before that.
/// </summary>
public sealed class NodeBed : IDisposable
{
    private static int s_counter;
    private readonly List<TestNamespace> _pods = [];
    private readonly bool _instantDad;

    /// <param name="pods">how many pod namespaces to start with</param>
    /// <param name="instantDad">
    /// duplicate address detection ends at once in every namespace of the bed (no probe, no random delay), so that
    /// snapshots of plugins that wait for it and of plugins that do not are comparable
    /// </param>
    public NodeBed(int pods = 0, bool instantDad = false)
    {
        _instantDad = instantDad;
        Host = Namespace("host");
        Cookie = Host.Cookie;
        Leftovers.Claim(Cookie);
        Scratch = Path.Combine(Leftovers.Scratch, $"bed-{Interlocked.Increment(ref s_counter)}");
        Directory.CreateDirectory(Scratch);
        for (int i = 0; i < pods; i++)
        {
            AddPod();
        }
    }

    /// <summary>The node's network namespace.</summary>
    public TestNamespace Host { get; }

    /// <summary>Network namespaces of containers, in the order they were made.</summary>
    public IReadOnlyList<TestNamespace> Pods => _pods;

    /// <summary>The host namespace's cookie: the node's name in paths.</summary>
    public ulong Cookie { get; }

    /// <summary>A directory of this bed alone.</summary>
    public string Scratch { get; }

    /// <summary>For <c>ipam.dataDir</c>.</summary>
    public string DataDirectory => Path.Combine(Scratch, "networks");

    /// <summary>Where the node's maps and programs are pinned.</summary>
    public string PinDirectory => $"/sys/fs/bpf/dataplane/{Cookie}/v4";

    /// <summary>Where the node's attachment records are.</summary>
    public string RunDirectory => $"/run/dataplane/{Cookie}";

    /// <summary>Makes one more pod namespace.</summary>
    public TestNamespace AddPod()
    {
        TestNamespace pod = Namespace($"pod{_pods.Count + 1}");
        _pods.Add(pod);
        return pod;
    }

    /// <summary>Adds a namespace that is no pod: an outside machine, behind a veth whose host end has the given name.</summary>
    public TestNamespace AddOutside(string hostDevice, string hostAddress, string outsideAddress)
    {
        TestNamespace outside = AddMachine("ext");
        Host.Ip("link", "add", hostDevice, "type", "veth", "peer", "name", "eth0", "netns", outside.Name);
        Host.Ip("address", "add", hostAddress, "dev", hostDevice, "nodad");
        Host.Ip("link", "set", hostDevice, "up");
        outside.Ip("address", "add", outsideAddress, "dev", "eth0", "nodad");
        outside.Ip("link", "set", "eth0", "up");
        return outside;
    }

    /// <summary>Adds a namespace that is connected to nothing yet and ends with the bed.</summary>
    public TestNamespace AddMachine(string label)
    {
        TestNamespace machine = Namespace(label);
        _others.Add(machine);
        return machine;
    }

    private readonly List<TestNamespace> _others = [];

    public void Dispose()
    {
        foreach (TestNamespace pod in _pods)
        {
            pod.Dispose();
        }
        foreach (TestNamespace other in _others)
        {
            other.Dispose();
        }
        Host.Dispose();
        Leftovers.DeleteNodeState(Cookie);
        Leftovers.DeleteTree(Scratch);
    }

    private TestNamespace Namespace(string label)
    {
        TestNamespace created = TestNamespace.Create(label);
        if (_instantDad)
        {
            created.SetSysctl("net/ipv6/conf/default/dad_transmits", "0");
            created.SetSysctl("net/ipv6/conf/default/router_solicitation_delay", "0");
        }
        return created;
    }
}
