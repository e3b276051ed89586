using System.Globalization;
using System.Net;
using System.Text.Json;
using Dataplane.Abi;
using Dataplane.Bpf;
using Dataplane.TestKit;

namespace Dataplane.Engine.Tests.Sockets;

/// <summary>
/// A node with two pods behind veths, an address of its own, and the socket programs at the machine's root cgroup. The rows of the
/// maps are written here: what is tested is what sockets make of them.
/// </summary>
internal sealed class SocketBed : IDisposable
{
    public const int HostPort = 8080;
    public const int PodPort = 80;
    public const string Own4 = "192.0.2.7";
    public const string Own6 = "2001:db8::7";
    private static readonly NodeOptions s_options = new() { FlowEntries = NodeOptions.MinFlowEntries };

    public SocketBed()
    {
        Bed = new NodeBed(pods: 2, instantDad: true);
        for (int i = 0; i < 2; i++)
        {
            Wire(i);
        }

        Host.Ip("link", "add", "own", "type", "veth", "peer", "name", "owp");
        Host.Ip("address", "add", $"{Own4}/24", "dev", "own");
        Host.Ip("-6", "address", "add", $"{Own6}/64", "dev", "own", "nodad");
        Host.Ip("link", "set", "owp", "up");
        Host.Ip("link", "set", "own", "up");
        for (int i = 0; i < 2; i++)
        {
            WaitForLinkLocal(Host, $"v{i}");
            WaitForLinkLocal(Bed.Pods[i], "eth0");
        }

        Node = Host.Run(() => Engine.Node.Open(s_options));
        Programs = Host.Run(() => Node.Programs);
        foreach (string own in (ReadOnlySpan<string>)[Own4, Own6])
        {
            Programs.LocalAddresses.Update(new LocalAddress { Address = Address(own) }, 1);
        }

        Attach();
    }

    public NodeBed Bed { get; }

    public TestNamespace Host => Bed.Host;

    public Node Node { get; }

    public NodePrograms Programs { get; }

    /// <summary>Numbers of the socket programs at the root cgroup, anybody's.</summary>
    public static IReadOnlyList<uint> AtTheRoot()
    {
        string mounted = File.ReadLines("/proc/mounts").Select(static l => l.Split(' ')).First(static w => w[2] == "cgroup2")[1];
        using JsonDocument shown = JsonDocument.Parse(Tool.Out("bpftool", "-j", "cgroup", "show", mounted).Trim() is { Length: > 0 } text ? text : "[]");
        return [.. shown.RootElement.EnumerateArray().Select(static p => p.GetProperty("id").GetUInt32())];
    }

    /// <summary>Numbers of this node's socket programs.</summary>
    public IReadOnlyList<uint> OwnPrograms() => [.. SocketLinks.Programs.Select(name =>
    {
        using BpfProgram program = BpfProgram.TryOpenPinned($"{Bed.PinDirectory}/programs/{name}")!;
        return program.Id;
    })];

    public void Attach() => Host.Run(() => HostSockets.Ensure(Node));

    public static string PodAddress(int pod, bool v6 = false) => v6 ? $"fd09:{pod + 1}::2" : $"10.9.{pod + 1}.2";

    /// <summary>The pod's endpoint; another generation is another pod.</summary>
    public FlowSide PutEndpoint(int pod, uint generation = 1)
    {
        uint ifindex = Ifindex(pod);
        Programs.Endpoints.Update(ifindex, new Endpoint { Generation = generation, Domain = ifindex, Mtu = 1500 });
        return new FlowSide { Ifindex = ifindex, Generation = generation };
    }

    public void RemoveEndpoint(int pod) => Programs.Endpoints.Delete(Ifindex(pod));

    /// <summary>Rows for both protocols that lead to a pod.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="host">The node's address; 0.0.0.0 and :: stand for all.</param>
    /// <param name="change">What is special about the row.</param>
    public void Map(int pod, string host, Func<HostPortRow, HostPortRow>? change = null)
    {
        var row = new HostPortRow { Address = Address(PodAddress(pod, host.Contains(':', StringComparison.Ordinal))), Port = Port(PodPort), Endpoint = PutEndpoint(pod), Owner = 1 };
        foreach (byte protocol in (ReadOnlySpan<byte>)[6, 17])
        {
            Programs.HostPorts.Update(Key(host, protocol), change is null ? row : change(row));
        }
    }

    public void Unmap(string host)
    {
        foreach (byte protocol in (ReadOnlySpan<byte>)[6, 17])
        {
            Programs.HostPorts.Delete(Key(host, protocol));
        }
    }

    public static Bytes16 Address(string text) => Bytes16.From(IPAddress.Parse(text).MapToIPv6().GetAddressBytes());

    public void Dispose()
    {
        Node.Dispose();
        Bed.Dispose();
    }

    private static HostPortKey Key(string host, byte protocol) => new() { Address = Address(host), Port = Port(HostPort), Protocol = protocol };

    private static ushort Port(int port) => (ushort)IPAddress.HostToNetworkOrder((short)port);

    private uint Ifindex(int pod) =>
        uint.Parse(Host.Ip("-o", "link", "show", $"v{pod}").Split(':')[0], CultureInfo.InvariantCulture);

    // Whoever asks for a neighbour on behalf of an address of another device does it from this one.
    private static void WaitForLinkLocal(TestNamespace at, string device)
    {
        while (!at.Ip("-6", "-o", "address", "show", "dev", device, "scope", "link", "-tentative").Contains("fe80", StringComparison.Ordinal))
        {
            Thread.Sleep(5);
        }
    }

    private void Wire(int i)
    {
        TestNamespace pod = Bed.Pods[i];
        Host.Ip("link", "add", $"v{i}", "type", "veth", "peer", "name", "eth0", "netns", pod.Name);
        Host.Ip("address", "add", $"10.9.{i + 1}.1/24", "dev", $"v{i}");
        Host.Ip("-6", "address", "add", $"fd09:{i + 1}::1/64", "dev", $"v{i}", "nodad");
        Host.Ip("link", "set", $"v{i}", "up");
        pod.Ip("address", "add", $"{PodAddress(i)}/24", "dev", "eth0");
        pod.Ip("-6", "address", "add", $"{PodAddress(i, v6: true)}/64", "dev", "eth0", "nodad");
        pod.Ip("link", "set", "eth0", "up");
        pod.Ip("route", "add", "default", "via", $"10.9.{i + 1}.1");
        pod.Ip("-6", "route", "add", "default", "via", $"fd09:{i + 1}::1");
    }
}
