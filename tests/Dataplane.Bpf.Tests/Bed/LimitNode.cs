using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using Dataplane.Abi;
using Dataplane.TestKit;

namespace Dataplane.Bpf.Tests.Bed;

/// <summary>
/// The three programs that know limits on maps of their own, a pod's host veth and its own device. Both are in one
/// namespace: pod_limit knows a device by the namespace's cookie and its index, wherever that is.
/// </summary>
public sealed class LimitNode : IDisposable
{
    private static readonly string[] s_perTest =
        ["endpoints", "addresses", "flows4", "flows6", "limits", "limit_states", "limit_pods", "limit_subnets"];

    public LimitNode()
    {
        Namespace = TestNamespace.Create("lim");
        Namespace.Ip("link", "add", "index", "4711", "name", "lap", "type", "veth", "peer", "name", "la");
        Namespace.Ip("link", "add", "lb", "type", "veth", "peer", "name", "lbp");
        Pod = new Pod(Node.Ifindex(Namespace, "la"), [2, 0, 0, 0, 0, 1], "10.1.0.1", "fd01::1") { Flags = PodFlags.L2 | PodFlags.Queued | PodFlags.Limit | PodFlags.Guard };
        Peer = new Pod(Node.Ifindex(Namespace, "lb"), [2, 0, 0, 0, 0, 2], "10.1.0.2", "fd01::2") { Generation = 2 };
        Device = Node.Ifindex(Namespace, "lap");
        Programs = new Programs(Namespace, "from_pod", "to_pod", "pod_limit");
    }

    public TestNamespace Namespace { get; }

    public Programs Programs { get; }

    /// <summary>The limited pod; its interface index is the host veth's.</summary>
    public Pod Pod { get; }

    /// <summary>Its neighbour on the same bridge, not limited.</summary>
    public Pod Peer { get; }

    /// <summary>The limited pod's own device.</summary>
    public uint Device { get; }

    /// <summary>CLOCK_MONOTONIC in nanoseconds, as the programs read it.</summary>
    public static ulong Now => (ulong)((Int128)Stopwatch.GetTimestamp() * 1_000_000_000 / Stopwatch.Frequency);

    /// <summary>Empty maps but for both pods.</summary>
    public void Reset()
    {
        foreach (string name in s_perTest)
        {
            Programs[name].Flush();
        }
        Pod.Put(Programs);
        Peer.Put(Programs);
        Programs["limit_pods"].Put(new LimitPodKey { NetnsCookie = Namespace.Cookie, Ifindex = Device }, new LimitPod { Ifindex = Pod.Ifindex, Generation = Pod.Generation });
        Programs.ResetCounters();
    }

    public LimitKey Key(LimitDirection direction) => new() { Ifindex = Pod.Ifindex, Direction = direction };

    /// <summary>Limits the pod; nothing was sent yet unless a state is given.</summary>
    public void Limit(LimitDirection direction, LimitRow row, LimitState state = default)
    {
        Programs["limits"].Put(Key(direction), row);
        Programs["limit_states"].Put(Key(direction), state);
    }

    public void Write(LimitDirection direction, LimitState state) => Programs["limit_states"].Put(Key(direction), state);

    /// <summary>The limit; null: there is none.</summary>
    public LimitRow? Row(LimitDirection direction) => Read<LimitRow>("limits", direction);

    /// <summary>What the programs wrote; nothing, where there is no limit.</summary>
    public LimitState State(LimitDirection direction) => Read<LimitState>("limit_states", direction) ?? default;

    /// <summary>Makes a prefix of peers one that the limits name.</summary>
    public void Subnet(string prefix, uint? generation = null, uint? ifindex = null)
    {
        IPNetwork parsed = IPNetwork.Parse(prefix);
        int mapped = parsed.BaseAddress.GetAddressBytes().Length == 4 ? 96 : 0;
        var key = new ExclusionKey { PrefixLength = (uint)(32 + mapped + parsed.PrefixLength), Ifindex = ifindex ?? Pod.Ifindex, Address = Addresses.Mapped(parsed.BaseAddress) };
        Programs["limit_subnets"].Put(key, generation ?? Pod.Generation);
    }

    /// <summary>A packet at the device whose queue holds up what goes this way.</summary>
    public Outcome Pass(LimitDirection direction, byte[] frame, SkbContext context = default) => direction == LimitDirection.Ingress
        ? Programs.Run("to_pod", context with { Ifindex = Pod.Ifindex }, frame)
        : Programs.Run("pod_limit", context with { Ifindex = Device }, frame);

    /// <summary>The same without looking at counters, on a thread that is in the namespace.</summary>
    internal Outcome PassHere(LimitDirection direction, byte[] frame, SkbContext context = default, int repeat = 1) => direction == LimitDirection.Ingress
        ? Programs.RunHere("to_pod", context with { Ifindex = Pod.Ifindex }, frame, repeat)
        : Programs.RunHere("pod_limit", context with { Ifindex = Device }, frame, repeat);

    /// <summary>A packet that the pod sent comes into the host.</summary>
    public Outcome Arrive(byte[] frame, SkbContext context = default) => Programs.Run("from_pod", context with { Ifindex = Pod.Ifindex }, frame);

    private T? Read<T>(string map, LimitDirection direction)
        where T : struct => Programs[map].Get(MemoryMarshal.AsBytes<LimitKey>([Key(direction)])) is { } row ? MemoryMarshal.Read<T>(row) : null;

    public void Dispose()
    {
        Programs.Dispose();
        Namespace.Dispose();
    }
}
