using System.Net.Sockets;
using Dataplane.TestKit;

namespace Dataplane.Engine.Tests.Sockets;

/// <summary>A UDP client keeps its socket while the pod behind the port is replaced.</summary>
public sealed class StaleSocketTests : IDisposable
{
    private const Needs Wanted = Needs.Namespaces | Needs.Bpftool;
    private readonly SocketBed _bed = new();

    [NeedsFact(Wanted)]
    public void Datagrams_that_name_the_port_follow_it_to_the_next_pod()
    {
        using EchoServer first = EchoServer.Start(_bed.Bed.Pods[0], SocketBed.PodPort);
        using EchoServer second = EchoServer.Start(_bed.Bed.Pods[1], SocketBed.PodPort);
        _bed.Map(0, "0.0.0.0");
        using HostClient client = HostClient.Open(_bed.Host, Use.Datagrams, "127.0.0.1");
        Assert.True(client.Ask());
        _bed.RemoveEndpoint(0);
        _bed.Map(1, "0.0.0.0");
        Assert.True(client.Ask());
        Assert.Equal((1, 1), (first.Clients.Count, second.Clients.Count));
        Assert.Equal("127.0.0.1:8080", client.AnsweredBy!.ToString());
    }

    [NeedsTheory(Wanted)]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    public void A_connected_socket_is_closed_with_the_pod_so_that_its_process_connects_again(string address)
    {
        using EchoServer first = EchoServer.Start(_bed.Bed.Pods[0], SocketBed.PodPort);
        using EchoServer second = EchoServer.Start(_bed.Bed.Pods[1], SocketBed.PodPort);
        string any = address == "::1" ? "::" : "0.0.0.0";
        _bed.Map(0, any);
        using HostClient client = HostClient.Open(_bed.Host, Use.ConnectedUdp, address);
        Assert.True(client.Ask());

        _bed.RemoveEndpoint(0);
        Assert.Equal(2, RemoveDead());

        Assert.False(client.Ask());
        Assert.Equal(SocketError.DestinationAddressRequired, client.Error);
        _bed.Map(1, any);
        Assert.True(HostClient.Asks(_bed.Host, Use.ConnectedUdp, address));
        Assert.Single(second.Clients);
    }

    [NeedsFact(Wanted)]
    public void Sockets_that_know_the_pod_by_its_own_address_or_talk_to_others_are_left_alone()
    {
        using EchoServer first = EchoServer.Start(_bed.Bed.Pods[0], SocketBed.PodPort);
        using EchoServer daemon = EchoServer.Start(_bed.Host, SocketBed.HostPort + 1);
        _bed.Map(0, "0.0.0.0");
        using HostClient asked = HostClient.Open(_bed.Host, Use.ConnectedUdp, "127.0.0.1");
        using HostClient direct = HostClient.Open(_bed.Host, Use.ConnectedUdp, SocketBed.PodAddress(0), SocketBed.PodPort);
        using HostClient other = HostClient.Open(_bed.Host, Use.ConnectedUdp, "127.0.0.1", SocketBed.HostPort + 1);
        using HostClient stream = HostClient.Open(_bed.Host, Use.Tcp, "127.0.0.1");

        _bed.RemoveEndpoint(0);
        RemoveDead();

        Assert.False(asked.Ask());
        Assert.True(direct.Ask() && other.Ask() && stream.Ask());
    }

    public void Dispose() => _bed.Dispose();

    private int RemoveDead() => _bed.Host.Run(() => new HostPortTable(_bed.Node, _bed.Programs).RemoveDead());
}
