using Dataplane.Abi;
using Dataplane.Bpf.Tests.Bed;
using Dataplane.TestKit;

namespace Dataplane.Bpf.Tests.Limits;

/// <summary>Whose limit it is: rows that are missing, dead, or somebody else's limit nothing.</summary>
public sealed class RowTests(LimitNode node) : LimitTest(node)
{
    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Directions))]
    public void Without_a_row_nothing_is_limited(LimitDirection direction) => Unlimited(direction);

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Directions))]
    public void A_row_of_another_generation_is_dead(LimitDirection direction)
    {
        Node.Limit(direction, Row() with { Generation = Node.Pod.Generation + 1 }, Busy());
        Unlimited(direction);
        Assert.Equal(0u, Node.State(direction).Packets);
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Directions))]
    public void Nor_is_it_without_a_state_or_a_rate(LimitDirection direction)
    {
        Node.Limit(direction, Row() with { Rate = 0 }, Busy());
        Unlimited(direction);
        Node.Limit(direction, Row(), Busy());
        Node.Programs["limit_states"].Flush();
        Unlimited(direction);
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(Directions))]
    public void The_other_directions_row_is_not_this_ones(LimitDirection direction)
    {
        Node.Limit(1 - direction, Row(), Busy());
        Unlimited(direction);
        Assert.Equal(0u, Node.State(1 - direction).Packets);
    }

    [NeedsTheory(Needs.Namespaces), MemberData(nameof(DirectionsAndFamilies))]
    public void Where_the_qdisc_counts_no_time_is_set(LimitDirection direction, bool v6)
    {
        Node.Limit(direction, Row(LimitFlags.None), Busy());
        Assert.Equal(0u, Departure(direction, Packet(direction, v6)));
        Assert.Equal(77u, Departure(direction, Packet(direction, v6), new SkbContext { Departure = 77 }));
        Assert.Equal(0u, Node.State(direction).Packets);
    }

    [NeedsFact(Needs.Namespaces)]
    public void An_endpoint_whose_limit_is_not_to_pods_business_is_left_to_its_qdisc()
    {
        Node.Limit(LimitDirection.Ingress, Row(), Busy());
        (Node.Pod with { Flags = PodFlags.L2 | PodFlags.Queued }).Put(Node.Programs);
        Unlimited(LimitDirection.Ingress);
    }

    [NeedsFact(Needs.Namespaces)]
    public void What_the_host_sends_and_what_it_forwards_is_limited_alike()
    {
        LimitState state = Busy();
        Node.Limit(LimitDirection.Ingress, Row(), state);
        byte[] packet = Packet(LimitDirection.Ingress);
        foreach ((uint ingress, string counter) in new[] { (0u, "TO_POD_LOCAL"), (Node.Peer.Ifindex, "TO_POD_TRANSLATED"), (4711u, "TO_POD_FORWARDED") })
        {
            Outcome outcome = Node.Pass(LimitDirection.Ingress, packet, Length(1000) with { Ingress = ingress });
            Assert.Equal((Verdict.Pass, counter), (outcome.Verdict, outcome.Counters));
            Assert.Equal(state.Clock, outcome.Context.Departure);
            state.Clock += Millisecond;
        }
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_packet_that_is_dropped_is_noted()
    {
        Node.Limit(LimitDirection.Ingress, Row(), Busy() with { Clock = Now + (3600 * Second) });
        byte[] packet = Packet(LimitDirection.Ingress, v6: true);
        Node.Pass(LimitDirection.Ingress, packet, new SkbContext { Ingress = Node.Peer.Ifindex });
        List<DropRow> noted = Node.Programs["last_drops"].All<uint, DropRow>().ConvertAll(d => d.Row);
        DropRow drop = noted.Single(d => d.Time != 0 && d.Ifindex == Node.Pod.Ifindex && Addresses.Read(d.Source).ToString() == Node.Peer.V6);
        Assert.Equal((uint)packet.Length, drop.Length);
        Assert.Equal(53, Addresses.Swap(drop.DestinationPort));
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_device_is_known_by_its_namespace_and_its_index()
    {
        LimitState state = Busy();
        Node.Limit(LimitDirection.Egress, Row(), state);
        using TestNamespace other = TestNamespace.Create("lim2");
        other.Ip("link", "add", "same", "index", Node.Device.ToString(System.Globalization.CultureInfo.InvariantCulture), "type", "veth", "peer", "name", "samep");
        byte[] packet = Packet(LimitDirection.Egress);
        Assert.Equal(0u, other.Run(() => Node.PassHere(LimitDirection.Egress, packet, Length(1000))).Context.Departure);
        Assert.Equal(state.Clock, Node.Namespace.Run(() => Node.PassHere(LimitDirection.Egress, packet, Length(1000))).Context.Departure);
        Assert.Equal(0u, Node.Programs.Run("pod_limit", Length(1000) with { Ifindex = Node.Peer.Ifindex }, packet).Context.Departure);

        Node.Programs["limit_pods"].Put(new LimitPodKey { NetnsCookie = other.Cookie, Ifindex = Node.Device }, new LimitPod { Ifindex = Node.Pod.Ifindex, Generation = Node.Pod.Generation });
        Assert.Equal(state.Clock + Millisecond, other.Run(() => Node.PassHere(LimitDirection.Egress, packet, Length(1000))).Context.Departure);
    }

    private void Unlimited(LimitDirection direction)
    {
        Outcome outcome = Node.Pass(direction, Packet(direction), Length(1000));
        Assert.Equal((Verdict.Pass, Exempt(direction)), (outcome.Verdict, outcome.Counters));
        Assert.Equal((0u, 0u), (outcome.Context.Departure, outcome.Context.Priority));
    }
}
