using System.Net;
using Dataplane.Abi;
using Dataplane.Bpf;
using Dataplane.TestKit;

namespace Dataplane.Engine.Tests.Limits;

/// <summary>CHECK of limits: rows, flags, queues with their parameters, program and peers, of both directions.</summary>
public sealed class LimitCheckTests : IDisposable
{
    private const Needs What = Needs.Namespaces | Needs.OurPlugins;
    private const string Again = "; detach and attach the container again";
    private readonly LimitBed _bed = new();
    private BandwidthRequest _request = null!;

    public void Dispose() => _bed.Dispose();

    [NeedsFact(What)]
    public void What_ADD_left_is_found()
    {
        Add();

        _bed.Check(_request);
    }

    [NeedsTheory(What)]
    [InlineData(LimitDirection.Ingress, "c1:eth0 does not get what its limit says")]
    [InlineData(LimitDirection.Egress, "c1:eth0 does not send what its limit says")]
    public void A_row_that_is_not_as_it_was_is_noticed(LimitDirection direction, string expected)
    {
        Add();
        Change(direction, static row => row with { Rate = row.Rate + 1 });

        Assert.Equal(expected + Again, _bed.Failure(_request));
    }

    [NeedsTheory(What)]
    [InlineData(EndpointFlags.Queued)]
    [InlineData(EndpointFlags.Guard)]
    public void A_flag_of_the_endpoint_is_missed(EndpointFlags flag)
    {
        Add();
        _bed.Map(programs =>
        {
            (uint key, Endpoint endpoint) = programs.Endpoints.Entries().Single();
            endpoint.Flags &= ~flag;
            programs.Endpoints.Update(key, endpoint);
            return 0;
        });

        Assert.Equal("c1:eth0 is not limited as its configuration says" + Again, _bed.Failure(_request));
    }

    [NeedsFact(What)]
    public void The_queue_of_the_host_is_missed()
    {
        Add();
        string veth = _bed.Node.Host.Ip("-o", "link", "show", "type", "veth").Split(": ")[1].Split('@')[0];
        _bed.Node.Host.Exec("tc", "qdisc", "delete", "dev", veth, "root").OrThrow();

        Assert.Equal($"{veth} has the qdisc noqueue where tbf keeps the limit{Again}", _bed.Failure(_request));
    }

    [NeedsFact(What)]
    public void A_container_that_changed_its_queue_is_noticed()
    {
        Add();
        _bed.Node.Pods[0].Exec("tc", "qdisc", "replace", "dev", "eth0", "root", "tbf", "rate", "1gbit", "burst", "100kb", "latency", "50ms").OrThrow();

        Assert.Equal("the qdisc tbf of eth0 in the container is not as the limit has it" + Again, _bed.Failure(_request));
    }

    [NeedsFact(What)]
    public void Of_a_queue_with_classes_its_class_is_looked_at()
    {
        Add(new AddressPrefix(IPAddress.Parse("10.0.0.0"), 8));
        _bed.Check(_request);
        _bed.Node.Pods[0].Exec("tc", "class", "change", "dev", "eth0", "classid", "1:1", "htb", "rate", "1gbit", "burst", "100kb", "quantum", "60000").OrThrow();

        Assert.Equal("the qdisc htb of eth0 in the container is not as the limit has it" + Again, _bed.Failure(_request));
    }

    [NeedsFact(What)]
    public void The_program_in_the_container_is_missed()
    {
        Add(new AddressPrefix(IPAddress.Parse("10.0.0.0"), 8));
        _bed.Node.Pods[0].Exec("tc", "filter", "delete", "dev", "eth0", "egress").OrThrow();

        Assert.Equal("eth0 in the container does not run the node's program dp_pod_limit" + Again, _bed.Failure(_request));
    }

    [NeedsFact(What)]
    public void Rows_of_container_and_peers_are_missed()
    {
        Add(new AddressPrefix(IPAddress.Parse("10.0.0.0"), 8));
        (LimitPodKey key, LimitPod pod) = _bed.Map(static programs => programs.LimitPods.Entries().Single());
        _bed.Map(programs => programs.LimitPods.Delete(key));
        Assert.Equal("c1:eth0 is not in the node's map of limited containers" + Again, _bed.Failure(_request));

        _bed.Map(programs =>
        {
            programs.LimitPods.Update(key, pod);
            return programs.LimitSubnets.Delete(programs.LimitSubnets.Entries().Single().Key);
        });
        Assert.Equal("c1:eth0 would be limited wrongly to 10.0.0.0/8: the prefix is not in the node's map" + Again, _bed.Failure(_request));
    }

    [NeedsFact(What)]
    public void A_configuration_that_has_changed_is_noticed()
    {
        Add();
        string expected = "the limits of c1:eth0 are not what the configuration says" + Again;

        Assert.Equal(expected, _bed.Failure(_request with { Ingress = null }));
        Assert.Equal(expected, _bed.Failure(_request with { Ingress = null, Egress = null }));
        Assert.Equal(expected, _bed.Failure(_request with { Egress = new(1, 1) }));
        Assert.Equal(expected, _bed.Failure(_request with { Shaped = [new(IPAddress.Parse("10.0.0.0"), 8)] }));
    }

    [NeedsFact(What)]
    public void An_operators_limits_are_what_is_expected_afterwards()
    {
        Add();
        _bed.Set("c1", new(50_000_000, 1_000_000), null);

        _bed.Check(_request);

        Change(LimitDirection.Ingress, static row => row with { Rate = 2_500_000 });
        Assert.StartsWith("c1:eth0 does not get", _bed.Failure(_request), StringComparison.Ordinal);
    }

    [NeedsFact(What)]
    public void The_containers_filters_are_missed()
    {
        Add();
        string veth = _bed.Node.Host.Ip("-o", "link", "show", "type", "veth").Split(": ")[1].Split('@')[0];
        _bed.Node.Host.Exec("tc", "filter", "delete", "dev", veth, "ingress").OrThrow();

        Assert.Contains("does not run the node's program dp_from_pod", _bed.Failure(_request), StringComparison.Ordinal);
    }

    private void Add(params AddressPrefix[] unshaped)
    {
        _bed.Attach("c1", 0);
        _request = _bed.Request("c1", 0, LimitBed.Rate, LimitBed.Rate) with { Unshaped = unshaped, Shaper = ShaperChoice.Tbf };
        _bed.Add(_request);
    }

    private void Change(LimitDirection direction, Func<LimitRow, LimitRow> change) => _bed.Map(programs =>
    {
        (LimitKey key, LimitRow row) = programs.Limits.Entries().Single(entry => entry.Key.Direction == direction);
        programs.Limits.Update(key, change(row));
        return 0;
    });
}
