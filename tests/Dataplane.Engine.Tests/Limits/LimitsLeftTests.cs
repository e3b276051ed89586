using System.Net;
using Dataplane.Abi;
using Dataplane.Netlink;
using Dataplane.TestKit;

namespace Dataplane.Engine.Tests.Limits;

/// <summary>Limits of containers, devices and namespaces that are gone, and of ADDs that did not come to their end.</summary>
public sealed class LimitsLeftTests : IDisposable
{
    private const Needs What = Needs.Namespaces | Needs.OurPlugins;
    private readonly LimitBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [NeedsFact(What)]
    public void DEL_after_the_container_is_gone_removes_the_rows()
    {
        _bed.Attach("c1", 0);
        AddWithPeers("c1", 0);
        _bed.Node.Pods[0].Dispose();

        _bed.Remove("c1");

        Assert.Equal((0, 0, 0, 0), _bed.Rows());
        Assert.False(File.Exists(_bed.Record("c1")));
    }

    [NeedsFact(What)]
    public void DEL_after_the_main_plugins_DEL_removes_the_rows()
    {
        _bed.Attach("c1", 0);
        AddWithPeers("c1", 0);
        _bed.Detach("c1", 0);

        _bed.Remove("c1");

        LeakCheck.AssertClean(_bed.Node);
    }

    [NeedsFact(What)]
    public void GC_removes_limits_of_containers_that_are_not_valid_and_no_others()
    {
        _bed.Attach("c1", 0);
        AddWithPeers("c1", 0);
        _bed.Attach("c2", 1);
        AddWithPeers("c2", 1);

        Assert.Empty(_bed.Collect("c2"));

        Assert.Equal((2, 2, 1, 1), _bed.Rows());
        Assert.Null(_bed.PodQueue(0));
        Assert.NotNull(_bed.PodQueue(1));
        Assert.False(File.Exists(_bed.Record("c1")));
        Assert.True(File.Exists(_bed.Record("c2")));
    }

    [NeedsFact(What)]
    public void GC_removes_rows_that_no_record_tells_of()
    {
        _bed.Attach("c1", 0);
        AddWithPeers("c1", 0);
        File.Delete(_bed.Record("c1"));
        _bed.Detach("c1", 0);
        Assert.Equal((2, 2, 1, 1), _bed.Rows());

        _bed.Collect();

        Assert.Equal((0, 0, 0, 0), _bed.Rows());
        Assert.Contains("2 limits of containers that are gone", _bed.Log.Lines);
    }

    /// <summary>A device may get the index of one whose DEL was lost.</summary>
    [NeedsFact(What)]
    public void ADD_removes_the_peers_of_an_earlier_device_of_the_same_index()
    {
        _bed.Attach("c1", 0);
        AddWithPeers("c1", 0);
        ExclusionKey stale = _bed.Map(programs =>
        {
            (ExclusionKey key, uint generation) = programs.LimitSubnets.Entries().Single();
            key.PrefixLength += 8;
            programs.LimitSubnets.Update(key, generation + 1);
            return key;
        });

        AddWithPeers("c1", 0);

        Assert.NotEqual(stale.PrefixLength, Assert.Single(_bed.Map(static programs => programs.LimitSubnets.Entries())).Key.PrefixLength);
    }

    [NeedsFact(What)]
    public void An_ADD_whose_result_nobody_got_is_undone_by_the_next()
    {
        _bed.Attach("c1", 0);
        _bed.With(bandwidth =>
        {
            bandwidth.Add(_bed.Request("c1", 0, LimitBed.Rate, LimitBed.Rate))!.Dispose();
            return 0;
        });
        Assert.StartsWith("c1:eth0 is not limited on this node", _bed.Failure(_bed.Request("c1", 0, LimitBed.Rate, LimitBed.Rate)), StringComparison.Ordinal);

        _bed.Limit("c1", 0);
        _bed.Check(_bed.Request("c1", 0, LimitBed.Rate, LimitBed.Rate));
    }

    [NeedsFact(What)]
    public void What_fails_half_way_is_undone()
    {
        _bed.Attach("c1", 0);
        (uint ifIndex, Endpoint before) = _bed.Endpoint();
        _bed.Node.Pods[0].Exec("tc", "qdisc", "add", "dev", "eth0", "clsact").OrThrow();
        string program = Path.Combine(Repository.Root, "build/bpf/to_pod.bpf.o");
        _bed.Node.Pods[0].Exec("tc", "filter", "add", "dev", "eth0", "egress", "prio", "1", "handle", "1", "bpf", "da", "obj", program, "sec", "tc").OrThrow();

        NodeException error = Assert.Throws<NodeException>(() => AddWithPeers("c1", 0));

        Assert.Contains("at priority 1, where the node's program goes", error.Message, StringComparison.Ordinal);
        Assert.Equal(before.Flags, _bed.Endpoint().Row.Flags);
        Assert.Equal((0, 0, 0, 0), _bed.Rows());
        Assert.Null(_bed.HostQueue(ifIndex));
        Assert.Null(_bed.PodQueue(0));
        Assert.Single(_bed.PodFilters(0));
        Assert.False(File.Exists(_bed.Record("c1")));
    }

    [NeedsFact(What)]
    public void A_container_without_its_namespace_cannot_be_limited()
    {
        _bed.Attach("c1", 0);
        _bed.Node.Pods[0].Dispose();

        Assert.StartsWith("failed to open netns", Assert.Throws<NodeException>(() => _bed.Limit("c1", 0)).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_bed.Record("c1")));
    }

    /// <summary>A path may lead to another container by the time of DEL: its device is not touched.</summary>
    [NeedsFact(What)]
    public void Another_containers_device_keeps_its_queue()
    {
        _bed.Attach("c1", 0);
        _bed.Limit("c1", 0);
        _bed.Attach("c2", 1);
        _bed.Limit("c2", 1);
        string record = _bed.Record("c1");
        File.WriteAllText(record, File.ReadAllText(record).Replace(_bed.Node.Pods[0].Path, _bed.Node.Pods[1].Path, StringComparison.Ordinal));

        _bed.Remove("c1");

        Assert.NotNull(_bed.PodQueue(1));
        _bed.Check(_bed.Request("c2", 1, LimitBed.Rate, LimitBed.Rate));
    }

    /// <summary>A newer build's program takes the place of the one in the container.</summary>
    [NeedsFact(What)]
    public void Containers_get_the_program_of_the_build_that_is_loaded()
    {
        _bed.Attach("c1", 0);
        AddWithPeers("c1", 0);
        uint before = Assert.Single(_bed.PodFilters(0)).ProgramId;
        _bed.Map(static programs =>
        {
            NodeRow row = programs.Row;
            row.Build = default;
            programs.Node.Update(0, row);
            return 0;
        });

        _bed.Attach("c2", 1);

        FilterInfo filter = Assert.Single(_bed.PodFilters(0));
        Assert.NotEqual(before, filter.ProgramId);
        Assert.Equal(_bed.Map(static programs => programs.PodLimit.Id), filter.ProgramId);
    }

    private void AddWithPeers(string id, int pod) => _bed.Add(
        _bed.Request(id, pod, LimitBed.Rate, LimitBed.Rate) with { Unshaped = [new AddressPrefix(IPAddress.Parse("10.0.0.0"), 8)], Shaper = ShaperChoice.Tbf });
}
