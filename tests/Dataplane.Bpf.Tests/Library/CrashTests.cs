using Dataplane.Abi;
using Dataplane.TestKit;

namespace Dataplane.Bpf.Tests.Library;

/// <summary>kill -9 while programs are loaded, replaced or removed: the next call finds them absent or whole, never half.</summary>
public sealed class CrashTests
{
    private const int Sigkill = 128 + 9;
    private const string Changing = "bpf,rename,renameat,renameat2,unlink,unlinkat,rmdir,mkdir,mkdirat";

    [NeedsFact(Needs.Namespaces | Needs.Strace)]
    public void A_first_load_that_is_killed_is_repeated_whole()
    {
        foreach ((string call, int at) in Points("ensure", setUp: false, every: 2))
        {
            using var node = new PinnedNode();
            Assert.True(KilledAt(call, at, "ensure", node, 0), $"the load was over before {call} {at}");
            AssertAbsentOrWhole(node, BuildId.Current, $"{call} {at}");
            using NodePrograms programs = node.Ensure();
            AssertWhole(node, programs, $"{call} {at}");
            Assert.Equal(1u, programs.NextGeneration());
        }
    }

    [NeedsFact(Needs.Namespaces | Needs.Strace)]
    public void A_reload_that_is_killed_is_repeated_and_keeps_flows_and_generations()
    {
        foreach ((string call, int at) in Points("ensure", setUp: true, every: 3))
        {
            using var node = new PinnedNode();
            uint endpoints = SetUp(node);
            Assert.True(KilledAt(call, at, "ensure", node, 1), $"the reload was over before {call} {at}");
            AssertAbsentOrWhole(node, BuildId.OfTest(1), $"{call} {at}");
            using NodePrograms programs = node.EnsureOther(1);
            AssertWhole(node, programs, $"{call} {at}");
            Assert.Equal(endpoints, programs.Endpoints.Info.Id);
            Assert.True(programs.Flows4.TryLookup(new Flow4Key { Protocol = 6 }, out Flow flow) && flow.State == FlowState.Fast);
            Assert.Equal(2u, programs.NextGeneration());
        }
    }

    [NeedsFact(Needs.Namespaces | Needs.Strace)]
    public void A_removal_that_is_killed_leaves_nothing_that_is_taken_for_complete()
    {
        foreach ((string call, int at) in Points("remove", setUp: true, every: 2))
        {
            using var node = new PinnedNode();
            SetUp(node);
            Assert.True(KilledAt(call, at, "remove", node, 0), $"the removal was over before {call} {at}");
            AssertAbsentOrWhole(node, BuildId.Current, $"{call} {at}");
            using NodePrograms programs = node.Ensure();
            AssertWhole(node, programs, $"{call} {at}");
        }
    }

    private static uint SetUp(PinnedNode node)
    {
        using NodePrograms programs = node.Ensure();
        programs.NextGeneration();
        programs.Flows4.Update(new Flow4Key { Protocol = 6 }, new Flow { State = FlowState.Fast });
        return programs.Endpoints.Info.Id;
    }

    /// <summary>
    /// The calls that change something, in a run that is left alone: each by its name and how many of that name there
    /// were until then, which is what strace counts.
    /// </summary>
    private static List<(string Call, int At)> Points(string command, bool setUp, int every)
    {
        using var node = new PinnedNode();
        if (setUp)
        {
            SetUp(node);
        }
        string file = Path.GetTempFileName();
        try
        {
            Child.Trace(Changing, 0, file, command, node.Cookie, setUp ? (byte)1 : (byte)0).OrThrow();
            // "PID call(…"; a thread has counts of its own, and all of ours are the main thread's.
            string[] lines = File.ReadAllLines(file);
            string main = lines.First(l => l.Contains($"{node.Cookie}", StringComparison.Ordinal)).Split(' ')[0];
            var counts = new Dictionary<string, int>();
            var points = new List<(string, int)>();
            bool ours = false;
            foreach (string line in lines.Where(l => l.StartsWith(main + " ", StringComparison.Ordinal) && l.Contains('(', StringComparison.Ordinal)))
            {
                string call = line[main.Length..line.IndexOf('(', StringComparison.Ordinal)].Trim();
                counts[call] = counts.GetValueOrDefault(call) + 1;
                ours |= line.Contains($"{node.Cookie}", StringComparison.Ordinal);
                if (ours && Changes(line))
                {
                    points.Add((call, counts[call]));
                }
            }
            Assert.InRange(points.Count, 6, 200);
            return [.. points.Where((_, i) => i % every == 0 || i == points.Count - 1)];
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static bool Changes(string line) =>
        !line.Contains(" bpf(", StringComparison.Ordinal)
        || line.Contains("BPF_OBJ_PIN", StringComparison.Ordinal)
        || line.Contains("BPF_MAP_UPDATE_ELEM", StringComparison.Ordinal)
        || line.Contains("BPF_MAP_CREATE", StringComparison.Ordinal)
        || line.Contains("BPF_PROG_LOAD", StringComparison.Ordinal);

    private static bool KilledAt(string call, int at, string command, PinnedNode node, byte distinction) =>
        Child.Trace(call, at, "/dev/null", command, node.Cookie, distinction).ExitStatus is Sigkill;

    private static void AssertAbsentOrWhole(PinnedNode node, BuildId build, string at)
    {
        using NodePrograms? left = NodePrograms.TryOpenBuild(node.Cookie, build);
        if (left is not null)
        {
            AssertWhole(node, left, at);
        }
    }

    private static void AssertWhole(PinnedNode node, NodePrograms programs, string at)
    {
        Assert.True(PinnedNode.Complete.SequenceEqual(node.Pins), $"killed at {at}: {string.Join(' ', node.Pins)}");
        byte[] arp = [255, 255, 255, 255, 255, 255, 2, 0, 0, 0, 0, 1, 8, 6, .. new byte[50]];
        ulong before = programs.Counters.Read(CounterIndex.StackNoEndpoint).Packets;
        Assert.Equal(-1, programs.FromPod.TestRun(arp, [], []).Verdict);
        Assert.Equal(before + 1, programs.Counters.Read(CounterIndex.StackNoEndpoint).Packets);
    }
}
