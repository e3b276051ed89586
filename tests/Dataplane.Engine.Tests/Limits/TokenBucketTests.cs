using System.Net;
using Dataplane.Abi;
using Dataplane.Netlink;
using Dataplane.TestKit;

namespace Dataplane.Engine.Tests.Limits;

/// <summary>Limits kept by the kernel's token buckets: what an ADD leaves on the node, and what is left of it afterwards.</summary>
public sealed class TokenBucketTests : IDisposable
{
    private const Needs What = Needs.Namespaces | Needs.OurPlugins;
    private readonly LimitBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [NeedsFact(What)]
    public void Both_directions_have_queue_row_and_flag()
    {
        _bed.Attach("c1", 0);
        EndpointFlags before = _bed.Endpoint().Row.Flags;

        Assert.Equal(Shaper.Tbf, _bed.Add(_bed.Request("c1", 0, LimitBed.Rate, new(10_000_000, 200_000)) with { Shaper = ShaperChoice.Tbf }));

        (uint ifIndex, Endpoint endpoint) = _bed.Endpoint();
        Assert.Equal(before | EndpointFlags.Queued | EndpointFlags.Guard, endpoint.Flags);
        Assert.Equal(LimitMath.Row(LimitBed.Rate, 1500, LimitDirection.Ingress, 0, endpoint.Generation), _bed.Row(ifIndex, LimitDirection.Ingress));
        Assert.Equal(LimitMath.Row(new(10_000_000, 200_000), 1500, LimitDirection.Egress, 0, endpoint.Generation), _bed.Row(ifIndex, LimitDirection.Egress));
        Assert.True(LimitMath.Tbf(LimitBed.Rate, 1500).IsAbout(_bed.HostQueue(ifIndex)!.Tbf!));
        Assert.True(LimitMath.Tbf(new(10_000_000, 200_000), 1500).IsAbout(_bed.PodQueue(0)!.Tbf!));
        Assert.Empty(_bed.PodFilters(0));
        Assert.Equal((2, 2, 0, 0), _bed.Rows());
    }

    [NeedsTheory(What)]
    [InlineData(true, EndpointFlags.Queued)]
    [InlineData(false, EndpointFlags.Guard)]
    public void One_direction_alone_leaves_the_other_as_it_is(bool ingress, EndpointFlags flag)
    {
        _bed.Attach("c1", 0);
        EndpointFlags before = _bed.Endpoint().Row.Flags;

        _bed.Add(_bed.Request("c1", 0, ingress ? LimitBed.Rate : null, ingress ? null : LimitBed.Rate));

        (uint ifIndex, Endpoint endpoint) = _bed.Endpoint();
        Assert.Equal(before | flag, endpoint.Flags);
        Assert.Equal(ingress, _bed.HostQueue(ifIndex) is not null);
        Assert.Equal(ingress, _bed.PodQueue(0) is null);
        Assert.Equal((1, 1, 0, 0), _bed.Rows());
    }

    [NeedsFact(What)]
    public void DEL_needs_nothing_and_leaves_the_container_as_it_was()
    {
        _bed.Attach("c1", 0);
        (uint ifIndex, Endpoint before) = _bed.Endpoint();
        _bed.Limit("c1", 0);

        _bed.Remove("c1");

        Assert.Equal((before.Flags, before.Generation), (_bed.Endpoint().Row.Flags, _bed.Endpoint().Row.Generation));
        _bed.AssertUnlimited(ifIndex, 0);
        Assert.False(File.Exists(_bed.Record("c1")));
        _bed.Remove("c1");
        _bed.Detach("c1", 0);
        LeakCheck.AssertClean(_bed.Node);
    }

    [NeedsFact(What)]
    public void A_repeated_ADD_replaces()
    {
        _bed.Attach("c1", 0);
        _bed.Limit("c1", 0);

        _bed.Add(_bed.Request("c1", 0, null, new(1_000_000, 80_000)));

        (uint ifIndex, Endpoint endpoint) = _bed.Endpoint();
        Assert.Equal(EndpointFlags.Guard, endpoint.Flags & (EndpointFlags.Guard | EndpointFlags.Queued | EndpointFlags.Limit));
        Assert.Null(_bed.HostQueue(ifIndex));
        Assert.Equal(125_000UL, _bed.PodQueue(0)!.Tbf!.Rate);
        Assert.Equal((1, 1, 0, 0), _bed.Rows());
        _bed.Remove("c1");
        _bed.AssertUnlimited(ifIndex, 0);
    }

    [NeedsFact(What)]
    public void An_ADD_without_limits_removes_those_of_an_earlier_one()
    {
        _bed.Attach("c1", 0);
        _bed.Limit("c1", 0);

        Assert.Null(_bed.With(bandwidth => bandwidth.Add(_bed.Request("c1", 0, null, null))));

        _bed.AssertUnlimited(_bed.Endpoint().IfIndex, 0);
    }

    [NeedsTheory(What)]
    [InlineData(false, LimitFlags.Unshaped)]
    [InlineData(true, LimitFlags.Shaped)]
    public void Where_not_every_peer_is_limited_a_program_says_who(bool shaped, LimitFlags flag)
    {
        AddressPrefix[] prefixes = [new(IPAddress.Parse("10.0.0.0"), 8), new(IPAddress.Parse("fd00::"), 8)];
        _bed.Attach("c1", 0);
        BandwidthRequest request = _bed.Request("c1", 0, LimitBed.Rate, LimitBed.Rate) with { Shaper = ShaperChoice.Tbf };
        request = shaped ? request with { Shaped = prefixes } : request with { Unshaped = prefixes };

        _bed.Add(request);

        (uint ifIndex, Endpoint endpoint) = _bed.Endpoint();
        Assert.Equal(EndpointFlags.Queued | EndpointFlags.Limit | EndpointFlags.Guard, endpoint.Flags & (EndpointFlags.Guard | EndpointFlags.Queued | EndpointFlags.Limit));
        Assert.All(Enum.GetValues<LimitDirection>(), direction => Assert.Equal((flag, HtbSpec.Exempt), (_bed.Row(ifIndex, direction)!.Value.Flags, _bed.Row(ifIndex, direction)!.Value.Priority)));
        Assert.True(LimitMath.Htb(LimitBed.Rate, 1500).IsAbout(_bed.HostQueue(ifIndex)!.Htb!));
        Assert.True(LimitMath.Htb(LimitBed.Rate, 1500).IsAbout(_bed.PodQueue(0)!.Htb!));
        Assert.Equal("dp_pod_limit", Assert.Single(_bed.PodFilters(0)).Name);
        Assert.Equal((2, 2, 1, 2), _bed.Rows());
        (LimitPodKey key, LimitPod pod) = Assert.Single(_bed.Map(static programs => programs.LimitPods.Entries()));
        Assert.Equal(_bed.Node.Pods[0].Cookie, key.NetnsCookie);
        Assert.Equal((ifIndex, endpoint.Generation), (pod.Ifindex, pod.Generation));
        _bed.Check(request);

        _bed.Remove("c1");
        _bed.AssertUnlimited(ifIndex, 0);
    }

    [NeedsFact(What)]
    public void A_kernel_without_fq_says_so_where_departure_times_are_asked_for()
    {
        // A kernel that has it is the VM tests' business.
        if (_bed.Node.Host.Run(Shapers.HasFq))
        {
            return;
        }

        _bed.Attach("c1", 0);
        (uint ifIndex, Endpoint before) = _bed.Endpoint();

        NodeException error = Assert.Throws<NodeException>(() => _bed.Add(_bed.Request("c1", 0, LimitBed.Rate, LimitBed.Rate) with { Shaper = ShaperChoice.Edt }));

        Assert.Contains("needs the qdisc fq that this kernel does not have", error.Message, StringComparison.Ordinal);
        Assert.Equal(before.Flags, _bed.Endpoint().Row.Flags);
        _bed.AssertUnlimited(ifIndex, 0);
        Assert.False(File.Exists(_bed.Record("c1")));
        Assert.Throws<NodeException>(() => Shapers.Choose(ShaperChoice.Edt));
        Assert.Equal(Shaper.Tbf, Shapers.Choose(ShaperChoice.Auto));
    }
}
