using System.Net;
using Dataplane.Abi;
using Dataplane.TestKit;

namespace Dataplane.Engine.Tests.Sockets;

/// <summary>Processes of the node that ask for a host port, with real sockets.</summary>
public sealed class HostSocketsTests : IDisposable
{
    private const Needs Wanted = Needs.Namespaces | Needs.Bpftool;
    private readonly SocketBed _bed = new();

    public static TheoryData<string, string?> Addresses => new()
    {
        { "127.0.0.1", null },
        { "127.3.2.1", null },
        { "0.0.0.0", "127.0.0.1" },
        { SocketBed.Own4, null },
        { "::1", null },
        { "::", "::1" },
        { SocketBed.Own6, null },
        { "::ffff:127.0.0.1", null },
        { $"::ffff:{SocketBed.Own4}", null },
    };

    [NeedsTheory(Wanted)]
    [MemberData(nameof(Addresses))]
    public void A_process_reaches_the_pod_and_is_told_whom_it_asked(string address, string? known)
    {
        _bed.Map(0, "0.0.0.0");
        _bed.Map(0, "::");
        using EchoServer pod = EchoServer.Start(_bed.Bed.Pods[0], SocketBed.PodPort);
        var asked = new IPEndPoint(IPAddress.Parse(known ?? address), SocketBed.HostPort);
        foreach (Use use in Enum.GetValues<Use>())
        {
            using HostClient client = HostClient.Open(_bed.Host, use, address);
            Assert.True(client.Ask() && client.Ask(), $"{use} {address}: {client.Error}");
            if (use != Use.Datagrams)
            {
                Assert.Equal(asked, client.Peer());
            }

            if (use != Use.Tcp)
            {
                Assert.Equal(asked, client.AnsweredBy);
            }
        }

        // One connection, and every datagram.
        Assert.Equal(5, pod.Clients.Count);
    }

    [NeedsTheory(Wanted)]
    [InlineData(Use.Tcp, SocketBed.Own4)]
    [InlineData(Use.Tcp, SocketBed.Own6)]
    [InlineData(Use.Datagrams, SocketBed.Own4)]
    [InlineData(Use.Datagrams, SocketBed.Own6)]
    public void The_pod_sees_the_address_of_the_node_that_was_asked_for(Use use, string address)
    {
        _bed.Map(0, "0.0.0.0");
        _bed.Map(0, "::");
        using EchoServer pod = EchoServer.Start(_bed.Bed.Pods[0], SocketBed.PodPort);
        Assert.True(HostClient.Asks(_bed.Host, use, address));
        Assert.Equal(IPAddress.Parse(address), Assert.Single(pod.Clients));
    }

    [NeedsTheory(Wanted)]
    [InlineData(Use.Tcp)]
    [InlineData(Use.Datagrams)]
    public void A_source_that_the_process_chose_stays(Use use)
    {
        _bed.Map(0, "0.0.0.0");
        using EchoServer pod = EchoServer.Start(_bed.Bed.Pods[0], SocketBed.PodPort);
        Assert.True(HostClient.Asks(_bed.Host, use, "127.0.0.1", bind: SocketBed.Own4));
        Assert.True(HostClient.Asks(_bed.Host, use, SocketBed.Own4, bind: "10.9.1.1"));
        Assert.Equal([IPAddress.Parse(SocketBed.Own4), IPAddress.Parse("10.9.1.1")], pod.Clients);
    }

    [NeedsFact(Wanted)]
    public void Other_namespaces_in_the_same_cgroup_are_left_alone()
    {
        _bed.Map(0, "0.0.0.0");
        _bed.Map(0, "::");
        using EchoServer pod = EchoServer.Start(_bed.Bed.Pods[0], SocketBed.PodPort);
        using EchoServer own = EchoServer.Start(_bed.Bed.Pods[1], SocketBed.HostPort);
        foreach (Use use in Enum.GetValues<Use>())
        {
            Assert.True(HostClient.Asks(_bed.Bed.Pods[1], use, "127.0.0.1"));
            Assert.True(HostClient.Asks(_bed.Bed.Pods[1], use, "::1"));
        }

        Assert.Equal(6, own.Clients.Count);
        Assert.Empty(pod.Clients);
    }

    [NeedsFact(Wanted)]
    public void Two_nodes_of_one_machine_have_each_their_own_ports()
    {
        using var second = new SocketBed();
        _bed.Map(0, "0.0.0.0");
        second.Map(1, "0.0.0.0");
        using EchoServer first = EchoServer.Start(_bed.Bed.Pods[0], SocketBed.PodPort);
        using EchoServer other = EchoServer.Start(second.Bed.Pods[1], SocketBed.PodPort);
        Assert.True(HostClient.Asks(_bed.Host, Use.Tcp, "127.0.0.1"));
        Assert.True(HostClient.Asks(second.Host, Use.Tcp, "127.0.0.1"));
        Assert.Single(first.Clients);
        Assert.Single(other.Clients);
    }

    [NeedsFact(Wanted)]
    public void A_daemon_of_the_host_on_the_same_port_loses_to_the_pod_until_the_port_is_given_back()
    {
        using EchoServer daemon = EchoServer.Start(_bed.Host, SocketBed.HostPort);
        using EchoServer pod = EchoServer.Start(_bed.Bed.Pods[0], SocketBed.PodPort);
        _bed.Map(0, "0.0.0.0");
        using HostClient datagrams = HostClient.Open(_bed.Host, Use.Datagrams, "127.0.0.1");
        Assert.True(HostClient.Asks(_bed.Host, Use.Tcp, "127.0.0.1") && datagrams.Ask());
        Assert.Equal((2, 0), (pod.Clients.Count, daemon.Clients.Count));

        _bed.Unmap("0.0.0.0");
        Assert.True(HostClient.Asks(_bed.Host, Use.Tcp, "127.0.0.1") && datagrams.Ask());
        Assert.Equal((2, 2), (pod.Clients.Count, daemon.Clients.Count));
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, SocketBed.HostPort), datagrams.AnsweredBy);
    }

    [NeedsTheory(Wanted)]
    [InlineData("another port")]
    [InlineData("another address of the node")]
    [InlineData("a source condition")]
    [InlineData("a device condition")]
    [InlineData("another destination")]
    [InlineData("not this destination")]
    [InlineData("a pod that is gone")]
    [InlineData("a socket bound to loopback")]
    public void What_is_no_host_port_for_a_socket_stays_with_the_host(string what)
    {
        int port = what == "another port" ? SocketBed.HostPort + 1 : SocketBed.HostPort;
        using EchoServer daemon = EchoServer.Start(_bed.Host, port);
        using EchoServer pod = EchoServer.Start(_bed.Bed.Pods[0], SocketBed.PodPort);
        _bed.Map(0, what == "another address of the node" ? SocketBed.Own4 : "0.0.0.0", row => what switch
        {
            "a source condition" => row with { Flags = HostPortFlags.Source, MatchSourceBits = 0 },
            "a device condition" => row with { Flags = HostPortFlags.Device, MatchDevice = 1 },
            "another destination" => row with { Flags = HostPortFlags.Destination, MatchDestination = SocketBed.Address("192.0.2.0"), MatchDestinationBits = 96 + 24 },
            "not this destination" => row with { Flags = HostPortFlags.DestinationNot, MatchDestination = SocketBed.Address("127.0.0.0"), MatchDestinationBits = 96 + 8 },
            _ => row,
        });
        if (what == "a pod that is gone")
        {
            _bed.PutEndpoint(0, generation: 2);
        }

        string? bind = what == "a socket bound to loopback" ? "127.0.0.1" : null;
        foreach (Use use in Enum.GetValues<Use>())
        {
            Assert.True(HostClient.Asks(_bed.Host, use, "127.0.0.1", port, bind), $"{use}");
        }

        Assert.Equal((0, 3), (pod.Clients.Count, daemon.Clients.Count));
    }

    [NeedsFact(Wanted)]
    public void A_row_for_one_address_goes_before_the_one_for_all_and_a_dead_one_does_not()
    {
        using EchoServer first = EchoServer.Start(_bed.Bed.Pods[0], SocketBed.PodPort);
        using EchoServer second = EchoServer.Start(_bed.Bed.Pods[1], SocketBed.PodPort);
        _bed.Map(0, "0.0.0.0");
        _bed.Map(1, SocketBed.Own4);
        Assert.True(HostClient.Asks(_bed.Host, Use.Tcp, SocketBed.Own4) && HostClient.Asks(_bed.Host, Use.Tcp, "127.0.0.1"));
        Assert.Equal((1, 1), (first.Clients.Count, second.Clients.Count));

        _bed.RemoveEndpoint(1);
        Assert.True(HostClient.Asks(_bed.Host, Use.Tcp, SocketBed.Own4));
        Assert.Equal((2, 1), (first.Clients.Count, second.Clients.Count));
    }

    [NeedsFact(Wanted)]
    public void A_destination_condition_is_asked_of_the_address_that_was_asked_for()
    {
        using EchoServer pod = EchoServer.Start(_bed.Bed.Pods[0], SocketBed.PodPort);
        _bed.Map(0, "0.0.0.0", static row => row with { Flags = HostPortFlags.Destination, MatchDestination = SocketBed.Address("127.3.0.0"), MatchDestinationBits = 96 + 16 });
        Assert.True(HostClient.Asks(_bed.Host, Use.Tcp, "127.3.9.9"));
        Assert.False(HostClient.Asks(_bed.Host, Use.Tcp, "127.4.9.9"));
        Assert.Single(pod.Clients);
    }

    [NeedsFact(Wanted)]
    public void The_pod_itself_is_the_pod_for_a_socket_that_asked_for_its_port_before()
    {
        using EchoServer pod = EchoServer.Start(_bed.Bed.Pods[0], SocketBed.PodPort);
        _bed.Map(0, "0.0.0.0");
        using HostClient client = HostClient.Open(_bed.Host, Use.ConnectedUdp, "127.0.0.1");
        Assert.True(client.Ask());
        var direct = new IPEndPoint(IPAddress.Parse(SocketBed.PodAddress(0)), SocketBed.PodPort);
        client.Connect(_bed.Host, direct);
        Assert.True(client.Ask());
        Assert.Equal((direct, direct), (client.Peer(), client.AnsweredBy));
    }

    public void Dispose() => _bed.Dispose();
}
