using Dataplane.Abi;
using Dataplane.TestKit;

namespace Dataplane.Bpf.Tests.Library;

/// <summary>The pins of a node: complete or absent, loaded once, replaced without losing what the maps hold.</summary>
public sealed class NodeProgramsTests
{
    [NeedsFact(Needs.Namespaces)]
    public void A_node_has_no_programs_until_somebody_loads_them()
    {
        using var node = new PinnedNode();
        Assert.Null(NodePrograms.TryOpen(node.Cookie));
        Assert.Null(NodePrograms.TryOpenAnyBuild(node.Cookie));
        using NodePrograms programs = node.Ensure();
        Assert.Equal(PinnedNode.Complete, node.Pins);
        Assert.Equal((AbiVersion.Current, node.Cookie), (programs.Row.Abi, programs.Row.NetnsCookie));
        Assert.True(programs.IsThisBuild);
        Assert.Equal(("from_pod", "to_pod"), (programs.FromPod.Name, programs.ToPod.Name));
    }

    [NeedsFact(Needs.Namespaces)]
    public void The_second_caller_loads_nothing()
    {
        using var node = new PinnedNode();
        using NodePrograms first = node.Ensure();
        using NodePrograms second = node.Ensure();
        Assert.Equal(first.FromPod.Id, second.FromPod.Id);
        Assert.Equal(first.ToPod.Id, second.ToPod.Id);
    }

    [NeedsFact(Needs.Namespaces)]
    public void Both_programs_use_the_pinned_maps()
    {
        using var node = new PinnedNode();
        using NodePrograms programs = node.Ensure();
        byte[] arp = [255, 255, 255, 255, 255, 255, 2, 0, 0, 0, 0, 1, 8, 6, .. new byte[50]];
        Assert.Equal(-1, programs.FromPod.TestRun(arp, [], []).Verdict);
        Assert.Equal(-1, programs.ToPod.TestRun(arp, [], []).Verdict);
        Assert.Equal(1ul, programs.Counters.Read(CounterIndex.StackNoEndpoint).Packets);
        Assert.Equal(1ul, programs.Counters.Read(CounterIndex.ToPodLocal).Packets);
    }

    [NeedsFact(Needs.Namespaces)]
    public void Flow_tables_have_the_size_that_was_asked_for()
    {
        using var node = new PinnedNode();
        using NodePrograms programs = NodePrograms.Ensure(node.Cookie, new NodeOptions { FlowEntries = 4096 });
        Assert.Equal(4096u, programs.Flows4.Info.MaxEntries);
        Assert.Equal(4096u, programs.Flows6.Info.MaxEntries);
    }

    [Fact]
    public void The_default_size_of_a_flow_table_is_in_its_range() =>
        Assert.InRange(new NodeOptions().EffectiveFlowEntries, 65_536u, 524_288u);

    [Fact]
    public void A_flow_table_is_never_smaller_than_the_least() =>
        Assert.Equal(NodeOptions.MinFlowEntries, new NodeOptions { FlowEntries = 1 }.EffectiveFlowEntries);

    [NeedsFact(Needs.Namespaces)]
    public void Nothing_is_left_after_a_removal()
    {
        using var node = new PinnedNode();
        node.Ensure().Dispose();
        NodePrograms.Remove(node.Cookie);
        Assert.False(Directory.Exists(Path.GetDirectoryName(node.Directory)));
        Assert.False(Directory.Exists($"{NodePrograms.RunRoot}/{node.Cookie}"));
        Assert.Null(NodePrograms.TryOpen(node.Cookie));
        NodePrograms.Remove(node.Cookie);
    }

    [NeedsFact(Needs.Namespaces)]
    public void Generations_are_given_once_to_whomever_asks()
    {
        using var node = new PinnedNode();
        node.Ensure().Dispose();
        var given = new List<uint>();
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            using NodePrograms own = node.Ensure();
            for (int i = 0; i < 100; i++)
            {
                uint generation = own.NextGeneration();
                lock (given)
                {
                    given.Add(generation);
                }
            }
        }))];
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        Assert.Equal(Enumerable.Range(1, 400).Select(i => (uint)i), given.Order());
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_generation_is_never_zero()
    {
        using var node = new PinnedNode();
        using NodePrograms programs = node.Ensure();
        NodeRow row = programs.Row;
        row.Generation = uint.MaxValue;
        programs.Node.Update(0, row);
        Assert.Equal(1u, programs.NextGeneration());
    }

    [NeedsFact(Needs.Namespaces)]
    public void Processes_that_load_at_once_get_the_same_programs()
    {
        using var node = new PinnedNode();
        var results = new string[12];
        Thread[] threads = [.. Enumerable.Range(0, results.Length).Select(i => new Thread(() => results[i] = Child.Run("ensure", node.Cookie).OrThrow().StdoutText))];
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        Assert.Single(results.Distinct());
        Assert.Equal(PinnedNode.Complete, node.Pins);
    }

    [NeedsFact(Needs.Namespaces)]
    public void No_descriptor_is_left_open()
    {
        using var node = new PinnedNode();
        string[] lines = Child.Run("descriptors", node.Cookie).OrThrow().StdoutText.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        // The node map, both programs and the two maps that ADD uses; then nothing.
        Assert.Equal(["5", "0"], lines);
    }
}
