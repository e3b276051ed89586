using Dataplane.Abi;
using Dataplane.TestKit;

namespace Dataplane.Engine.Tests.Limits;

/// <summary>Limits behind a main plugin that is not ours: the endpoint is there as long as limits or host ports need it.</summary>
public sealed class ForeignLimitTests : IDisposable
{
    private const Needs What = Needs.Namespaces | Needs.OurPlugins | Needs.ReferencePlugins;
    private const EndpointFlags Limited = EndpointFlags.Queued | EndpointFlags.Guard;
    private readonly LimitBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [NeedsFact(What)]
    public void A_veth_of_the_references_bridge_is_an_endpoint_while_it_is_limited()
    {
        _bed.Attach("c1", 0, foreign: true);

        _bed.Limit("c1", 0);

        (uint ifIndex, Endpoint endpoint) = _bed.Endpoint();
        Assert.Equal(EndpointFlags.L2 | EndpointFlags.FastPathOff | Limited, endpoint.Flags);
        _bed.Check(_bed.Request("c1", 0, LimitBed.Rate, LimitBed.Rate));
        _bed.Limit("c1", 0);
        _ = _bed.Endpoint();

        _bed.Remove("c1");

        Assert.Empty(_bed.Map(static programs => programs.Endpoints.Entries()));
        _bed.AssertUnlimited(ifIndex, 0);
        _bed.Detach("c1", 0, foreign: true);
        LeakCheck.AssertClean(_bed.Node);
    }

    /// <summary>Whichever of the two comes first makes the endpoint; whichever goes last removes it.</summary>
    [NeedsTheory(What)]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Host_ports_and_limits_share_it_in_any_order(bool portsFirst, bool portsGoFirst)
    {
        string attached = _bed.Attach("c1", 0, foreign: true);
        BandwidthRequest request = _bed.Request("c1", 0, LimitBed.Rate, LimitBed.Rate);
        InOrder(portsFirst, () => _bed.Map("c1", 0, attached), () => _bed.Add(request));

        Endpoint endpoint = _bed.Endpoint().Row;
        Assert.Equal(Limited, endpoint.Flags & Limited);
        Assert.All(_bed.Map(static programs => programs.HostPorts.Entries()), row => Assert.Equal(endpoint.Generation, row.Value.Endpoint.Generation));

        // What is repeated does not take the endpoint from the other.
        InOrder(portsFirst, () => _bed.Map("c1", 0, attached), () => _bed.Add(request));
        Assert.Equal((endpoint.Flags, endpoint.Generation), (_bed.Endpoint().Row.Flags, _bed.Endpoint().Row.Generation));
        _bed.Check(request);

        InOrder(portsGoFirst, () => _bed.Unmap("c1", 0, attached), () => _bed.Remove("c1"), () =>
        {
            Assert.Equal(endpoint.Generation, _bed.Endpoint().Row.Generation);
            Assert.Equal(portsGoFirst ? Limited : 0, _bed.Endpoint().Row.Flags & Limited);
            Assert.Equal(portsGoFirst ? 0 : 2, _bed.Map(static programs => programs.HostPorts.Entries().Count));
        });

        Assert.Empty(_bed.Map(static programs => programs.Endpoints.Entries()));
        _bed.Detach("c1", 0, foreign: true);
        LeakCheck.AssertClean(_bed.Node);
    }

    [NeedsFact(What)]
    public void What_is_no_veth_cannot_be_limited()
    {
        _bed.Node.Pods[0].Ip("link", "add", "eth0", "type", "bridge");

        NodeException error = Assert.Throws<NodeException>(() => _bed.Limit("c1", 0));

        Assert.Equal("limits cannot be set on \"eth0\", which is of the kind bridge: they need a veth, as bridge and ptp make it", error.Message);
        Assert.False(File.Exists(_bed.Record("c1")));
    }

    /// <summary>The reference's IFB and qdiscs are replaced by an ADD, with the same path of packets afterwards.</summary>
    [NeedsFact(What)]
    public void What_the_reference_made_is_replaced()
    {
        string attached = _bed.Attach("c1", 0, foreign: true);
        _bed.LimitByReference("c1", 0, attached);
        string device = Ifb();
        BandwidthRequest request = _bed.Request("c1", 0, null, LimitBed.Rate) with { ReferenceDevice = device };
        _bed.Check(request);

        _bed.Add(request);

        Assert.Equal("", Ifb());
        (uint ifIndex, Endpoint _) = _bed.Endpoint();
        Assert.Null(_bed.HostQueue(ifIndex));
        Assert.Equal("tbf", _bed.PodQueue(0)!.Kind);
        Assert.True(_bed.Node.Pods[0].Exec("ping", "-c", "1", "-W", "5", "10.1.2.1").ExitStatus == 0);
        _bed.Remove("c1", device);
        _bed.AssertUnlimited(ifIndex, 0);
    }

    [NeedsTheory(What)]
    [InlineData(false)]
    [InlineData(true)]
    public void DEL_removes_what_the_reference_made(bool withNamespace)
    {
        string attached = _bed.Attach("c1", 0, foreign: true);
        _bed.LimitByReference("c1", 0, attached);

        _bed.Remove("c1", Ifb(), withNamespace ? _bed.Node.Pods[0].Path : "");

        Assert.Equal("", Ifb());
        bool left = _bed.Node.Host.Exec("tc", "qdisc", "show").StdoutText.Contains("ingress ffff:", StringComparison.Ordinal);
        Assert.Equal(!withNamespace, left);
    }

    [NeedsFact(What)]
    public void A_container_that_nobody_limits_fails_its_CHECK()
    {
        _bed.Attach("c1", 0, foreign: true);

        Assert.Equal(
            "c1:eth0 is not limited on this node; detach and attach the container again",
            _bed.Failure(_bed.Request("c1", 0, LimitBed.Rate, LimitBed.Rate) with { ReferenceDevice = "bwp0" }));
    }

    private string Ifb() => _bed.Node.Host.Ip("-o", "link", "show", "type", "ifb") is { Length: > 0 } line ? line.Split(": ")[1].Split('@')[0] : "";

    private static void InOrder(bool forward, Action one, Action other, Action? between = null)
    {
        (forward ? one : other)();
        between?.Invoke();
        (forward ? other : one)();
    }
}
