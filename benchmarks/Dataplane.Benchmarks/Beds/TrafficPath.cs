using Dataplane.Abi;
using Dataplane.Benchmarks.Interleaved;
using Dataplane.Benchmarks.Reporting;
using Dataplane.Bpf;
using Dataplane.Netlink;

namespace Dataplane.Benchmarks.Beds;

/// <summary>The ways of a node, and of none: what lets traffic flow on them, and sees to it that it is the path that the row says.</summary>
internal sealed class TrafficPath(Side side, int beside) : IDisposable
{
    private const string Filter = "/proc/sys/net/bridge/bridge-nf-call-iptables";
    private const ulong FewPackets = 1000;
    private readonly Traffic _traffic = new();
    private Bed? _bare;
    private (string Client, string Server) _ends;
    private NodePrograms? _programs;
    private bool? _filtered;

    /// <summary>Whether the kernel can hand bridged packets to iptables.</summary>
    public static bool HasFilter => File.Exists(Filter);

    /// <summary>Lets a pattern flow once.</summary>
    public Measured Measure(Pattern pattern, Way way)
    {
        if (side == Side.Direct)
        {
            _bare ??= MakeBare();
            return _traffic.Run(pattern, _ends.Client, _ends.Server, Bed.OutsideAddress);
        }

        NodeBed node = NodeBeds.Get(side, beside);
        Prepare(node, way == Way.PodToPodFiltered);
        Measured Run() => way switch
        {
            Way.PodToPod or Way.PodToPodFiltered => _traffic.Run(pattern, node.Neighbour, node.Pod, node.PodAddress),
            Way.PodToOutside => _traffic.Run(pattern, node.Pod, node.Outside, Bed.OutsideAddress),
            Way.OutsideToHostPort => _traffic.Run(pattern, node.Outside, node.Pod, Bed.HostAddress),
            _ => _traffic.Run(pattern, node.Bed.Host, node.Pod, "127.0.0.1"),
        };
        if (node.Bed.IsReference || way == Way.NodeToHostPort)
        {
            return Run();
        }

        CounterIndex path = way switch
        {
            Way.PodToOutside => CounterIndex.FastOut,
            Way.OutsideToHostPort => CounterIndex.FastIn,
            _ => CounterIndex.FastL2,
        };
        ulong before = _programs!.Counters.Read(path).Packets;
        Measured measured = Run();
        bool fast = _programs.Counters.Read(path).Packets - before >= FewPackets;
        return fast == (side == Side.Ours)
            ? measured
            : throw new InvalidOperationException($"the packets {(fast ? "took" : "did not take")} the fast path ({path}): what is measured is not what the row says");
    }

    public void Dispose()
    {
        _traffic.Dispose();
        _programs?.Dispose();
        _bare?.Dispose();
    }

    private void Prepare(NodeBed node, bool filtered)
    {
        using (new InNamespace(node.Bed.Host))
        {
            if (HasFilter && _filtered != filtered)
            {
                File.WriteAllText(Filter, filtered ? "1" : "0");
                _filtered = filtered;
            }

            if (node.Bed.IsReference)
            {
                // At ten thousand connections a second it would be full within a minute.
                _ = Command.TryRead("conntrack", "--flush");
            }
        }

        if (!node.Bed.IsReference && _programs is null)
        {
            using NetworkNamespace host = NetworkNamespace.Open(node.Bed.Host);
            _programs = NodePrograms.TryOpenAnyBuild(host.Cookie) ?? throw new InvalidOperationException("the plugins that are measured are of another version than this benchmark");
        }
    }

    /// <summary>A node and its outside, without containers: two namespaces and a veth.</summary>
    private Bed MakeBare()
    {
        var bed = new Bed(Side.Direct);
        _ends = (bed.Host, bed.AddOutside());
        return bed;
    }
}
