using System.Net;
using System.Net.Sockets;
using Dataplane.Bpf.Tests.Native;
using Dataplane.TestKit;

namespace Dataplane.Bpf.Tests.Bed;

/// <summary>
/// A bridge and two pods in namespaces of their own with the programs attached: for what BPF_PROG_TEST_RUN does not do, which
/// is to redirect.
/// </summary>
internal sealed class LiveNode : IDisposable
{
    private readonly string _pins = $"/sys/fs/bpf/dptest-{Environment.ProcessId}-{Guid.NewGuid():N}";
    private readonly TestNamespace _host = TestNamespace.Create("liveh");

    public LiveNode()
    {
        _host.SetSysctl("net/ipv6/conf/default/disable_ipv6", "1");
        _host.Ip("link", "add", "br0", "type", "bridge");
        _host.Ip("link", "set", "br0", "up");
        Programs = new Programs(_host, "from_pod", "to_pod", "pod_limit");
        Directory.CreateDirectory(_pins);
        A = MakePod(SpaceA, "va", 1);
        B = MakePod(SpaceB, "vb", 2);
    }

    public Programs Programs { get; }

    public TestNamespace SpaceA { get; } = TestNamespace.Create("livea");

    public TestNamespace SpaceB { get; } = TestNamespace.Create("liveb");

    /// <summary>10.1.0.1; its own device is eth0.</summary>
    public Pod A { get; }

    /// <summary>10.1.0.2.</summary>
    public Pod B { get; }

    /// <summary>Sends datagrams from a namespace, one after the other.</summary>
    public static void Send(TestNamespace from, string to, int count) => from.Run(() =>
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Any, 4000));
        for (int i = 0; i < count; i++)
        {
            socket.SendTo(new byte[100], new IPEndPoint(IPAddress.Parse(to), 4000));
        }
    });

    /// <summary>A socket for <see cref="Send"/>.</summary>
    public static Socket Receiver(TestNamespace at) => at.Run(() =>
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 5000 };
        socket.Bind(new IPEndPoint(IPAddress.Any, 4000));
        return socket;
    });

    /// <summary>Attaches a program to a device, behind those that are there.</summary>
    public void Attach(TestNamespace at, string device, string direction, int fd, int preference)
    {
        string pin = $"{_pins}/{fd}";
        if (!File.Exists(pin))
        {
            RawProgram.Pin(fd, pin);
        }
        at.Exec("tc", "qdisc", "add", "dev", device, "clsact");
        at.Exec("tc", "filter", "add", "dev", device, direction, "pref", $"{preference}", "bpf", "da", "object-pinned", pin).OrThrow();
    }

    /// <summary>Attaches a program to the host's end of a pod's veth, towards the pod.</summary>
    public void AttachBehindToPod(string device, RawProgram program) => Attach(_host, device, "egress", program.Fd, 2);

    public void Dispose()
    {
        Directory.Delete(_pins, recursive: true);
        Programs.Dispose();
        SpaceA.Dispose();
        SpaceB.Dispose();
        _host.Dispose();
    }

    private Pod MakePod(TestNamespace space, string device, byte number)
    {
        _host.Ip("link", "add", device, "type", "veth", "peer", "name", "eth0", "address", $"02:00:00:00:00:0{number}", "netns", space.Name);
        _host.Ip("link", "set", device, "master", "br0", "up");
        space.SetSysctl("net/ipv6/conf/all/disable_ipv6", "1");
        space.Ip("address", "add", $"10.1.0.{number}/24", "dev", "eth0");
        space.Ip("link", "set", "eth0", "up");
        Attach(_host, device, "ingress", Programs.Fd("from_pod"), 1);
        Attach(_host, device, "egress", Programs.Fd("to_pod"), 1);
        var pod = new Pod(Node.Ifindex(_host, device), [2, 0, 0, 0, 0, number], $"10.1.0.{number}", $"fd01::{number}") { Generation = number, Domain = Node.Ifindex(_host, "br0") };
        pod.Put(Programs);
        return pod;
    }
}
