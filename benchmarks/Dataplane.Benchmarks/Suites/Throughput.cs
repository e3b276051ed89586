using BenchmarkDotNet.Attributes;
using Dataplane.Benchmarks.Beds;
using Dataplane.Benchmarks.Interleaved;
using Dataplane.Benchmarks.Reporting;

namespace Dataplane.Benchmarks.Suites;

/// <summary>
/// What each pattern of traffic reaches on each way, alone and beside containers with mappings; and the CPU time that the machine spends on it. A bare veth is what no
/// way can reach, and "fastPath": "off" what the translation alone gains.
/// </summary>
public class Throughput : CellSuite
{
    private static readonly Way[] s_ways =
        [Way.PodToPod, .. TrafficPath.HasFilter ? (Way[])[Way.PodToPodFiltered] : [], Way.PodToOutside, Way.OutsideToHostPort, Way.NodeToHostPort];

    private readonly Dictionary<(Side, int), TrafficPath> _paths = [];

    [GlobalCleanup]
    public void Cleanup()
    {
        foreach (TrafficPath path in _paths.Values)
        {
            path.Dispose();
        }
    }

    public override IEnumerable<Cell> Cells()
    {
        // With --quick, beside the containers that AddLatency has already.
        foreach (int beside in (int[])(Mode.IsQuick ? [200] : [0, 1000]))
        {
            foreach (Pattern pattern in Enum.GetValues<Pattern>())
            {
                foreach (Way way in s_ways)
                {
                    string what = $"{Name(pattern)}, {Name(way)}{(beside == 0 ? string.Empty : $", beside {beside} mappings")}";
                    foreach ((Side side, int every) in Sides(pattern, way, beside))
                    {
                        yield return new Cell(what, new(side) { AimRatio = side == Side.Ours ? Aim(pattern, way) : 0 }, () => At(side, beside).Measure(pattern, way))
                        {
                            Every = every, Curve = $"{Name(pattern)}, {Name(way)}", Beside = beside, Unit = (pattern == Pattern.Bulk ? Unit.BitRate : Unit.PerSecond).Name,
                        };
                    }
                }
            }
        }
    }

    private static IEnumerable<(Side Side, int Every)> Sides(Pattern pattern, Way way, int beside)
    {
        // br_netfilter is a matter of what is bridged: one pattern shows it.
        if (way == Way.PodToPodFiltered && pattern != Pattern.Bulk)
        {
            yield break;
        }

        yield return (Side.Reference, 1);
        yield return (Side.Ours, 1);
        if (!Mode.IsQuick && way != Way.PodToPodFiltered)
        {
            yield return (Side.OursStack, 2);
        }

        if (Mode.IsQuick && way == Way.PodToPod)
        {
            yield return (Side.Direct, 1);
        }
        else if (!Mode.IsQuick && beside == 0 && way != Way.PodToPodFiltered)
        {
            yield return (Side.Direct, 2);
        }
    }

    private TrafficPath At(Side side, int beside)
    {
        if (!_paths.TryGetValue((side, beside), out TrafficPath? path))
        {
            _paths.Add((side, beside), path = new TrafficPath(side, beside));
        }

        return path;
    }

    private static double Aim(Pattern pattern, Way way) => (pattern, way) switch
    {
        (Pattern.Bulk, Way.PodToPod or Way.PodToPodFiltered) => 1.2,
        (Pattern.Bulk, Way.PodToOutside or Way.OutsideToHostPort) => 1.15,
        (Pattern.Datagrams, Way.PodToPod) => 1.3,
        (Pattern.Connections, Way.PodToPod) => 1.2,
        (Pattern.Datagrams or Pattern.Connections, Way.PodToOutside or Way.OutsideToHostPort) => 1.4,
        _ => 0,
    };

    private static string Name(Pattern pattern) => pattern switch
    {
        Pattern.Bulk => "TCP bulk",
        Pattern.Requests => "requests with answers",
        Pattern.Connections => "new connections",
        _ => "small UDP",
    };

    private static string Name(Way way) => way switch
    {
        Way.PodToPod => "pod to pod",
        Way.PodToPodFiltered => "pod to pod, br_netfilter",
        Way.PodToOutside => "pod to outside",
        Way.OutsideToHostPort => "outside to hostPort",
        _ => "node to 127.0.0.1:hostPort",
    };
}
