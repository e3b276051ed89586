using System.Net;
using Dataplane.Abi;
using Dataplane.Netlink;
using Dataplane.TestKit;

namespace Dataplane.Engine.Tests.Limits;

/// <summary>Other limits for a running container: in place, and each direction for itself.</summary>
public sealed class LimitSetTests : IDisposable
{
    private const Needs What = Needs.Namespaces | Needs.OurPlugins;
    private static readonly BandwidthLimit s_other = new(50_000_000, 1_000_000);
    private readonly LimitBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [NeedsFact(What)]
    public void Queues_change_in_place_and_counters_go_on()
    {
        (uint ifIndex, uint host, uint pod) = Add();
        Count(ifIndex, LimitDirection.Egress, 42);

        _bed.Set("c1", s_other, new(10_000_000, 200_000));

        Assert.Equal((6_250_000UL, host), (_bed.HostQueue(ifIndex)!.Tbf!.Rate, _bed.HostQueue(ifIndex)!.Handle));
        Assert.Equal((1_250_000UL, pod), (_bed.PodQueue(0)!.Tbf!.Rate, _bed.PodQueue(0)!.Handle));
        Assert.Equal((6_250_000UL, 1_250_000UL), (_bed.Row(ifIndex, LimitDirection.Ingress)!.Value.Rate, _bed.Row(ifIndex, LimitDirection.Egress)!.Value.Rate));
        Assert.Equal(42UL, _bed.Map(programs => programs.LimitStates.TryLookup(new LimitKey { Ifindex = ifIndex, Direction = LimitDirection.Egress }, out LimitState state) ? state.Packets : 0));
    }

    [NeedsFact(What)]
    public void A_limit_can_be_taken_away_and_come_again()
    {
        (uint ifIndex, uint _, uint _) = Add();

        _bed.Set("c1", null, null);
        _bed.AssertUnlimited(ifIndex, 0);
        Assert.Equal((EndpointFlags)0, _bed.Endpoint().Row.Flags & (EndpointFlags.Queued | EndpointFlags.Guard));

        _bed.Set("c1", null, s_other);
        Assert.Null(_bed.HostQueue(ifIndex));
        Assert.Equal(6_250_000UL, _bed.PodQueue(0)!.Tbf!.Rate);
        Assert.Equal(EndpointFlags.Guard, _bed.Endpoint().Row.Flags & (EndpointFlags.Queued | EndpointFlags.Guard));

        _bed.Remove("c1");
        _bed.AssertUnlimited(ifIndex, 0);
    }

    [NeedsFact(What)]
    public void A_direction_that_was_not_limited_gets_its_limit()
    {
        _bed.Attach("c1", 0);
        BandwidthRequest request = _bed.Request("c1", 0, LimitBed.Rate, null);
        _bed.Add(request);

        _bed.Set("c1", LimitBed.Rate, s_other);

        Assert.Equal(6_250_000UL, _bed.PodQueue(0)!.Tbf!.Rate);
        _bed.Check(request);
        _bed.Remove("c1");
        _bed.AssertUnlimited(_bed.Endpoint().IfIndex, 0);
    }

    [NeedsFact(What)]
    public void What_somebody_took_away_comes_back()
    {
        _bed.Attach("c1", 0);
        BandwidthRequest request = _bed.Request("c1", 0, LimitBed.Rate, LimitBed.Rate) with
        {
            Unshaped = [new AddressPrefix(IPAddress.Parse("10.0.0.0"), 8)], Shaper = ShaperChoice.Tbf,
        };
        _bed.Add(request);
        _bed.Node.Pods[0].Exec("tc", "qdisc", "delete", "dev", "eth0", "root").OrThrow();
        _bed.Node.Pods[0].Exec("tc", "qdisc", "delete", "dev", "eth0", "clsact").OrThrow();

        _bed.Set("c1", LimitBed.Rate, LimitBed.Rate);

        _bed.Check(request);
    }

    [NeedsFact(What)]
    public void Classes_change_in_place()
    {
        _bed.Attach("c1", 0);
        _bed.Add(_bed.Request("c1", 0, LimitBed.Rate, LimitBed.Rate) with { Shaped = [new AddressPrefix(IPAddress.Parse("10.0.0.0"), 8)], Shaper = ShaperChoice.Tbf });
        (uint ifIndex, Endpoint _) = _bed.Endpoint();

        _bed.Set("c1", s_other, s_other);

        HtbSpec expected = LimitMath.Htb(s_other, 1500);
        Assert.True(expected.IsAbout(_bed.HostQueue(ifIndex)!.Htb!));
        Assert.True(expected.IsAbout(_bed.PodQueue(0)!.Htb!));
        Assert.Equal(LimitFlags.Shaped, _bed.Row(ifIndex, LimitDirection.Egress)!.Value.Flags);
    }

    [NeedsFact(What)]
    public void A_container_that_was_never_limited_has_nothing_to_change()
    {
        _bed.Attach("c1", 0);

        NodeException error = Assert.Throws<NodeException>(() => _bed.Set("c1", s_other, null));

        Assert.StartsWith("c1:eth0 has no limits that could be changed", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_bed.Record("c1")));
    }

    [NeedsFact(What)]
    public void A_record_does_not_grow_with_every_change()
    {
        (uint ifIndex, uint _, uint _) = Add();
        for (ulong i = 1; i <= 60; i++)
        {
            _bed.Set("c1", new(i * 1_000_000, 80_000), i % 2 == 0 ? null : s_other);
        }

        Assert.InRange(File.ReadAllLines(_bed.Record("c1")).Length, 1, 90);
        _bed.Check(_bed.Request("c1", 0, LimitBed.Rate, LimitBed.Rate));
        _bed.Remove("c1");
        _bed.AssertUnlimited(ifIndex, 0);
    }

    private (uint IfIndex, uint Host, uint Pod) Add()
    {
        _bed.Attach("c1", 0);
        _bed.Add(_bed.Request("c1", 0, LimitBed.Rate, LimitBed.Rate) with { Shaper = ShaperChoice.Tbf });
        uint ifIndex = _bed.Endpoint().IfIndex;
        return (ifIndex, _bed.HostQueue(ifIndex)!.Handle, _bed.PodQueue(0)!.Handle);
    }

    private void Count(uint ifIndex, LimitDirection direction, ulong packets) => _bed.Map(programs =>
    {
        programs.LimitStates.Update(new LimitKey { Ifindex = ifIndex, Direction = direction }, new LimitState { Packets = packets });
        return 0;
    });
}
