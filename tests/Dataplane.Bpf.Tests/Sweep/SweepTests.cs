using Dataplane.Abi;
using Dataplane.TestKit;

namespace Dataplane.Bpf.Tests.Sweep;

/// <summary>What a step of the sweep clears, what it puts back, and how much it looks at.</summary>
public sealed class SweepTests : IDisposable
{
    private const byte Tcp = 6, Udp = 17, Icmp = 1, Icmp6 = 58, Sctp = 132, Gre = 47;
    private readonly SweepBed _bed = new();

    [NeedsTheory(Needs.Namespaces)]
    [InlineData(Tcp, NatStates.None, 60)]
    [InlineData(Tcp, NatStates.Replied, 8000)]
    [InlineData(Tcp, NatStates.Replied | NatStates.FinOriginal, 8000)]
    [InlineData(Tcp, NatStates.Replied | NatStates.FinReply, 8000)]
    [InlineData(Tcp, NatStates.Replied | NatStates.FinOriginal | NatStates.FinReply, 30)]
    [InlineData(Tcp, NatStates.Replied | NatStates.Rst, 30)]
    [InlineData(Sctp, NatStates.Replied, 8000)]
    [InlineData(Udp, NatStates.None, 30)]
    [InlineData(Udp, NatStates.Replied, 180)]
    [InlineData(Icmp, NatStates.Replied, 30)]
    [InlineData(Icmp6, NatStates.None, 30)]
    [InlineData(Gre, NatStates.None, 600)]
    public void A_connection_is_cleared_after_its_time_and_not_before(byte protocol, NatStates state, int seconds)
    {
        _bed.Connect(1, protocol, state, seconds - 5, ticket: 1);
        _bed.Connect(2, protocol, state, seconds + 1, ticket: 2);

        _bed.Run();

        Assert.True(_bed.Has(SweepBed.Inside(1, protocol, state, 0, 0)) && _bed.Has(SweepBed.Outside(1, protocol, state, 0)));
        Assert.False(_bed.Has(SweepBed.Inside(2, protocol, state, 0, 0)) || _bed.Has(SweepBed.Outside(2, protocol, state, 0)));
        Assert.Equal((2ul, 1ul), (_bed.Row.Visited, _bed.Row.Expired));
        Assert.Equal([1ul], _bed.Tickets());
    }

    [NeedsTheory(Needs.Namespaces)]
    [InlineData(1000, 1)]
    [InlineData(1, 1000)]
    public void One_direction_is_enough_to_keep_a_connection(double inside, double outside)
    {
        _bed.Connect(1, Udp, NatStates.Replied, inside, ticket: 1, otherIdle: outside);
        _bed.Run();
        Assert.True(_bed.Has(SweepBed.Inside(1, Udp, 0, 0, 0)) && _bed.Has(SweepBed.Outside(1, Udp, 0, 0)));
        Assert.Equal([1ul], _bed.Tickets());
    }

    [NeedsFact(Needs.Namespaces)]
    public void Connections_of_an_endpoint_that_is_gone_are_cleared_whatever_their_age()
    {
        _bed.Connect(1, Tcp, NatStates.Replied, 1, ticket: 1);
        _bed.PutPod(generation: 4);
        _bed.Run();
        Assert.False(_bed.Has(SweepBed.Inside(1, Tcp, 0, 0, 0)) || _bed.Has(SweepBed.Outside(1, Tcp, 0, 0)));
        Assert.Empty(_bed.Tickets());
    }

    [NeedsFact(Needs.Namespaces)]
    public void The_ticket_of_a_half_that_was_evicted_is_void()
    {
        _bed.Connect(1, Tcp, NatStates.Replied, 1, ticket: 1);
        _bed.Delete(SweepBed.Inside(1, Tcp, 0, 0, 0).Key);
        _bed.Run();
        Assert.True(_bed.Has(SweepBed.Outside(1, Tcp, 0, 0)));
        Assert.Empty(_bed.Tickets());
        Assert.Equal((1ul, 0ul), (_bed.Row.Visited, _bed.Row.Expired));
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_half_that_was_made_again_has_one_place_in_the_queue()
    {
        _bed.Connect(1, Tcp, NatStates.Replied, 1, ticket: 1);
        _bed.Connect(1, Tcp, NatStates.Replied, 1, ticket: 7);
        _bed.Run();
        Assert.Equal([7ul], _bed.Tickets());
    }

    [NeedsFact(Needs.Namespaces)]
    public void Half_a_connection_is_cleared_too()
    {
        _bed.Connect(1, Udp, NatStates.None, 31, ticket: 1);
        _bed.Delete(SweepBed.Outside(1, Udp, 0, 0).Key);
        _bed.Run();
        Assert.False(_bed.Has(SweepBed.Inside(1, Udp, 0, 0, 0)));
        Assert.Empty(_bed.Tickets());
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_strangers_half_in_the_others_place_stays()
    {
        _bed.Connect(1, Udp, NatStates.None, 31, ticket: 1);
        (NatKey key, NatRow row) = SweepBed.Outside(1, Udp, NatStates.Replied, 1);
        row.DestinationPort = 4711;
        _bed.Put((key, row));
        _bed.Run();
        Assert.False(_bed.Has(SweepBed.Inside(1, Udp, 0, 0, 0)));
        Assert.True(_bed.Has((key, row)));
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_step_looks_at_so_many_and_the_next_one_at_those_behind_them()
    {
        const int All = (2 * SweepBed.Step) + 10;
        for (int i = 1; i <= All; i++)
        {
            _bed.Connect(i, Udp, NatStates.Replied, 1, ticket: (ulong)i);
        }

        _bed.Run();
        Assert.Equal((ulong)SweepBed.Step, _bed.Row.Visited);
        _bed.Run();
        Assert.Equal(2ul * SweepBed.Step, _bed.Row.Visited);
        IEnumerable<int> order = Enumerable.Range((2 * SweepBed.Step) + 1, 10).Concat(Enumerable.Range(1, 2 * SweepBed.Step));
        Assert.Equal(order.Select(i => (ulong)i), _bed.Tickets());
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_step_looks_at_nothing_twice()
    {
        for (int i = 1; i <= 5; i++)
        {
            _bed.Connect(i, Udp, NatStates.Replied, i == 3 ? 181 : 1, ticket: (ulong)i);
        }

        _bed.Run();

        Assert.Equal((5ul, 1ul), (_bed.Row.Visited, _bed.Row.Expired));
        Assert.Equal([1ul, 2ul, 4ul, 5ul], [.. _bed.Tickets().Order()]);
    }

    [NeedsFact(Needs.Namespaces)]
    public void With_nothing_in_the_queue_a_step_does_nothing()
    {
        _bed.Run();
        Assert.Equal(0ul, _bed.Row.Visited);
        Assert.NotEqual(0ul, _bed.Row.LastRun);
    }

    public void Dispose() => _bed.Dispose();
}
