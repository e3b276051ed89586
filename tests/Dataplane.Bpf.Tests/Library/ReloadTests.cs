using Dataplane.Abi;
using Dataplane.Interop;
using Dataplane.TestKit;

namespace Dataplane.Bpf.Tests.Library;

/// <summary>Programs of another build: replaced on the maps there are, and complete only when the devices have them.</summary>
public sealed class ReloadTests
{
    [NeedsFact(Needs.Namespaces)]
    public void Another_build_replaces_the_programs_and_keeps_the_maps()
    {
        using var node = new PinnedNode();
        using NodePrograms before = node.Ensure();
        Assert.Equal(1u, before.NextGeneration());
        before.Flows4.Update(new Flow4Key { Protocol = 6 }, new Flow { State = FlowState.Fast });
        before.Endpoints.Update(42, new Endpoint { Generation = 1 });

        using NodePrograms after = node.EnsureOther(1);

        Assert.NotEqual(before.FromPod.Id, after.FromPod.Id);
        Assert.NotEqual(before.ToPod.Id, after.ToPod.Id);
        Assert.Equal(before.Endpoints.Info.Id, after.Endpoints.Info.Id);
        Assert.True(after.Flows4.TryLookup(new Flow4Key { Protocol = 6 }, out Flow flow));
        Assert.Equal(FlowState.Fast, flow.State);
        Assert.Equal(2u, after.NextGeneration());
        Assert.False(after.IsThisBuild);
        Assert.Null(NodePrograms.TryOpen(node.Cookie));
        Assert.Equal(PinnedNode.Complete, node.Pins);
    }

    [NeedsFact(Needs.Namespaces)]
    public void New_programs_see_what_the_old_ones_wrote()
    {
        using var node = new PinnedNode();
        node.Ensure().Dispose();
        using NodePrograms after = node.EnsureOther(1);
        byte[] arp = [255, 255, 255, 255, 255, 255, 2, 0, 0, 0, 0, 1, 8, 6, .. new byte[50]];
        after.FromPod.TestRun(arp, [], []);
        Assert.Equal(1ul, after.Counters.Read(CounterIndex.StackNoEndpoint).Packets);
    }

    [NeedsFact(Needs.Namespaces)]
    public void Devices_are_asked_for_only_when_programs_were_replaced()
    {
        using var node = new PinnedNode();
        int calls = 0;
        node.EnsureOther(1, _ => calls++).Dispose();
        node.EnsureOther(1, _ => calls++).Dispose();
        Assert.Equal(0, calls);
        uint seen = 0;
        using NodePrograms after = node.EnsureOther(2, p => seen = p.FromPod.Id);
        Assert.Equal(after.FromPod.Id, seen);
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_replacement_that_fails_is_repeated_by_the_next_call()
    {
        using var node = new PinnedNode();
        node.Ensure().Dispose();
        Assert.Throws<InvalidOperationException>(() => node.EnsureOther(1, _ => throw new InvalidOperationException()));
        Assert.Null(NodePrograms.TryOpen(node.Cookie));
        Assert.Null(NodePrograms.TryOpenBuild(node.Cookie, BuildId.OfTest(1)));
        int calls = 0;
        node.EnsureOther(1, _ => calls++).Dispose();
        Assert.Equal(1, calls);
    }

    [NeedsTheory(Needs.Namespaces)]
    [InlineData("programs/from_pod")]
    [InlineData("programs/to_pod")]
    [InlineData("maps/endpoints")]
    [InlineData("maps/addresses")]
    public void A_pin_that_somebody_removed_is_made_again(string pin)
    {
        using var node = new PinnedNode();
        node.Ensure().Dispose();
        File.Delete($"{node.Directory}/{pin}");
        Assert.Null(NodePrograms.TryOpen(node.Cookie));
        using NodePrograms again = node.Ensure();
        Assert.Equal(PinnedNode.Complete, node.Pins);
    }

    [NeedsFact(Needs.Namespaces)]
    public void Maps_of_another_shape_are_named_and_left_alone()
    {
        using var node = new PinnedNode();
        using NodePrograms before = node.Ensure();
        string counters = $"{node.Directory}/maps/counters";
        File.Delete(counters);
        BpfCalls.Pin(before.Endpoints.Fd, counters);
        BpfLoadException refused = Assert.Throws<BpfLoadException>(() => node.EnsureOther(1));
        Assert.Contains(counters, refused.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(counters));
    }

    [NeedsFact(Needs.Namespaces)]
    public void Maps_of_a_load_that_never_ended_are_not_kept()
    {
        using var node = new PinnedNode();
        using NodePrograms before = node.Ensure();
        NodeRow row = before.Row;
        row.Abi = 0;
        before.Node.Update(0, row);
        using NodePrograms again = node.Ensure();
        Assert.NotEqual(before.Endpoints.Info.Id, again.Endpoints.Info.Id);
    }

    [Fact]
    public void Programs_bound_without_conntrack_are_out_of_date_once_it_comes()
    {
        var without = new NodeRow { Build = BuildId.Current.With(conntrack: false) };
        var with = new NodeRow { Build = BuildId.Current.With(conntrack: true) };
        Assert.True(BuildId.Current.IsOf(without));
        Assert.True(BuildId.Current.IsOf(with));
        Assert.True(BuildId.Current.IsUpToDate(with));
        Assert.Equal(!BuildId.ConntrackModule, BuildId.Current.IsUpToDate(without));
        Assert.False(BuildId.OfTest(1).IsOf(with));
        Assert.False(BuildId.Current.IsOf(default));
    }
}
