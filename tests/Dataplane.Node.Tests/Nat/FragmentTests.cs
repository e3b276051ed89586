using System.Net;
using Dataplane.TestKit;
using Xunit;

namespace Dataplane.Node.Tests.Nat;

/// <summary>Fragments that somebody writes himself: also in orders in which no kernel sends them.</summary>
public abstract class FragmentTests(MatrixFixture fixture)
{
    private static int s_number = 20_000;

    private MatrixBed Bed => fixture.Bed;

    [NeedsTheory(NatBed.Needed)]
    [InlineData(false)]
    [InlineData(true)]
    public void From_a_pod_in_their_order_they_arrive(bool v6)
    {
        int port = Interlocked.Increment(ref s_number);
        using var seen = Capture.In(Bed.Client.Pod);
        using var sender = RawSender.In(Bed.Client.Pod);

        foreach (byte[] fragment in Fragments(Bed.Client.Address(v6), OutsideWorld.Wide(v6), port, MatrixBed.Port))
        {
            sender.Send(fragment);
        }

        Assert.NotNull(seen.WaitFor(packet => packet.SourcePort == MatrixBed.Port && packet.DestinationPort == port));
        Assert.Equal(Bed.Uplink.Node(v6), Bed.Outside[OutsideWorld.Wide(v6)].Clients[^1]);
        Assert.Empty(Bed.World.Strangers());
    }

    [NeedsTheory(NatBed.Needed)]
    [InlineData(false)]
    [InlineData(true)]
    public void From_a_pod_without_the_first_they_are_dropped_and_counted(bool v6)
    {
        int port = Interlocked.Increment(ref s_number);
        using var seen = Capture.In(Bed.World.Router);
        using var sender = RawSender.In(Bed.Client.Pod);
        IReadOnlyList<byte[]> fragments = Fragments(Bed.Client.Address(v6), OutsideWorld.Wide(v6), port, MatrixBed.Port);

        IReadOnlyDictionary<string, long> counted = Bed.Counted(() =>
        {
            sender.Send(fragments[2]);
            sender.Send(fragments[1]);
            Assert.True(Ping.Reaches(Bed.Client.Pod, OutsideWorld.Wide(v6)));
        });

        Assert.Equal(fixture.HasNetfilter ? 0 : 2, counted["DROP_NAT_FRAGMENT"]);
        Assert.DoesNotContain(seen.Packets, static packet => packet.Fragment);
        Assert.Empty(Bed.World.Strangers());
    }

    [NeedsTheory(NatBed.Needed)]
    [InlineData(false)]
    [InlineData(true)]
    public void From_outside_to_a_host_port_they_arrive(bool v6)
    {
        int port = Interlocked.Increment(ref s_number);
        IPAddress node = Bed.Uplink.Node(v6);
        using var seen = Capture.In(Bed.World.Machine);
        using var sender = RawSender.In(Bed.World.Machine);

        foreach (byte[] fragment in Fragments(OutsideWorld.Wide(v6), node, port, MatrixBed.HostPort))
        {
            sender.Send(fragment);
        }

        Assert.NotNull(seen.WaitFor(packet => packet.Source.Equals(node) && packet.SourcePort == MatrixBed.HostPort && packet.DestinationPort == port));
        Assert.Equal(new IPEndPoint(OutsideWorld.Wide(v6), port), Bed.InServer.Peers[^1]);
    }

    [NeedsTheory(NatBed.Needed)]
    [InlineData(false)]
    [InlineData(true)]
    public void From_a_pod_to_its_own_nodes_host_port_they_arrive(bool v6)
    {
        int port = Interlocked.Increment(ref s_number);
        IPAddress node = Bed.Uplink.Node(v6);
        using var seen = Capture.In(Bed.Client.Pod);
        using var sender = RawSender.In(Bed.Client.Pod);

        foreach (byte[] fragment in Fragments(Bed.Client.Address(v6), node, port, MatrixBed.HostPort))
        {
            sender.Send(fragment);
        }

        Assert.NotNull(seen.WaitFor(packet => packet.Source.Equals(node) && packet.SourcePort == MatrixBed.HostPort && packet.DestinationPort == port));
    }

    // 300 bytes in pieces of 128.
    private static IReadOnlyList<byte[]> Fragments(IPAddress source, IPAddress destination, int sourcePort, int destinationPort) =>
        RawPacket.Fragments(source, destination, RawPacket.Udp,
            RawPacket.UdpDatagram(source, destination, sourcePort, destinationPort, new byte[300]), 128, (ushort)sourcePort);
}
