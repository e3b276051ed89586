using System.Net;
using System.Net.Sockets;
using Dataplane.TestKit;
using Xunit;

namespace Dataplane.Node.Tests.Nat;

/// <summary>What a new connection gets when all ports to its destination are taken: a counted drop, until some end.</summary>
public sealed class PortExhaustionTests
{
    private const int Port = 7000;

    [NeedsTheory(NatBed.Needed)]
    [InlineData("bridge")]
    [InlineData("ptp")]
    public void A_small_range_is_used_up_to_the_last_port_and_its_end_is_a_counted_drop(string plugin)
    {
        using var bed = new NatBed(plugin, main: ", \"dataplane\": {\"masqueradePorts\": \"40000-40015\"}");
        using EchoServer outside = EchoServer.Start(bed.World.Machine, Port, OutsideWorld.Wide4);
        NatPod pod = bed.Attach();
        NatPod other = bed.Attach();
        var clients = new List<EchoClient>();
        try
        {
            IReadOnlyDictionary<string, long> counted = bed.Counted(() =>
            {
                // 16 ports for 40 sockets. A try of 32 ports at random may miss the last free ones, so there are more sockets than ports.
                for (int i = 0; i < 40; i++)
                {
                    clients.Add(EchoClient.Connect(pod.Pod, ProtocolType.Udp, OutsideWorld.Wide4, Port, sourcePort: 20_000 + i, patienceMilliseconds: 100));
                    clients[^1].Ask();
                }
            });

            Assert.Equal(16, outside.Peers.Distinct().Count());
            Assert.All(outside.Peers, static peer => Assert.InRange(peer.Port, 40_000, 40_015));
            Assert.Equal(16, counted["NAT_CREATED"]);
            Assert.Equal(24, counted["DROP_NAT_PORTS"]);
            Assert.Empty(bed.World.Strangers());
        }
        finally
        {
            clients.ForEach(static client => client.Dispose());
        }
        // Another destination has all ports still, for everybody.
        using (EchoServer elsewhere = EchoServer.Start(bed.World.Machine, Port + 1, OutsideWorld.Wide4))
        {
            Assert.Equal(1, EchoClient.Count(other.Pod, ProtocolType.Udp, OutsideWorld.Wide4, Port + 1, times: 1));
        }

        // When the pod is gone its ports are free; half of them are found without luck.
        bed.Detach(pod);
        for (int i = 0; i < 8; i++)
        {
            Assert.Equal(1, EchoClient.Count(other.Pod, ProtocolType.Udp, OutsideWorld.Wide4, Port, times: 1));
        }
    }

    [NeedsFact(NatBed.Needed)]
    public void Sixty_four_thousand_flows_to_one_destination_get_the_ports_there_are()
    {
        using var bed = new NatBed("ptp", main: ", \"dataplane\": {\"flowEntries\": 262144}");
        NatPod pod = bed.Attach();
        NatPod other = bed.Attach();
        // Somebody takes what comes and says nothing, so that nothing but these packets is on the way.
        using Socket silent = bed.World.Machine.Run(static () =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 4096 };
            socket.Bind(new IPEndPoint(OutsideWorld.Wide4, Port));
            return socket;
        });
        const int Flows = 64_000;

        IReadOnlyDictionary<string, long> counted = bed.Counted(() =>
        {
            using var sender = RawSender.In(pod.Pod);
            for (int port = 1024; port < 1024 + Flows; port++)
            {
                sender.Send(RawPacket.Ip(pod.V4, OutsideWorld.Wide4, RawPacket.Udp,
                    RawPacket.UdpDatagram(pod.V4, OutsideWorld.Wide4, port, Port, [])));
            }
        });

        // 32768 ports. The kernel's own shuffling of entries aside, each is given once, and who gets none is counted.
        Assert.Equal(Flows, counted["NAT_CREATED"] + counted["DROP_NAT_PORTS"]);
        Assert.InRange(counted["NAT_CREATED"], 32_000, 32_768);
        Assert.Empty(bed.World.Strangers());

        silent.Dispose();
        using EchoServer outside = EchoServer.Start(bed.World.Machine, Port, OutsideWorld.Wide4);
        bed.Detach(pod);
        Assert.Equal(5, EchoClient.Count(other.Pod, ProtocolType.Udp, OutsideWorld.Wide4, Port));
        Assert.Equal(5, EchoClient.Count(other.Pod, ProtocolType.Tcp, OutsideWorld.Wide4, Port));
    }
}
