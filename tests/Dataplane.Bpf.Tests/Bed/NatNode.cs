using System.Net;
using Dataplane.Abi;
using Dataplane.Bpf.Tests.Packets;
using Dataplane.TestKit;

namespace Dataplane.Bpf.Tests.Bed;

/// <summary>
/// A node that translates: the four programs on maps of their own, two routed pods, two uplinks and one without
/// link-layer headers, in a namespace whose routes the programs can ask.
/// </summary>
public sealed class NatNode : IDisposable
{
    /// <summary>The node's second address on <see cref="Up"/>, in both families; never the source of what it sends.</summary>
    public const string Second4 = "192.0.2.11";
    public const string Second6 = "2001:db8::11";

    private static readonly string[] s_perTest =
        ["endpoints", "addresses", "flows4", "flows6", "devices", "exclusions", "host_ports", "nat", "fragments"];

    private static readonly byte[] s_router = [2, 0xee, 0, 0, 0, 1];

    public NatNode()
    {
        Namespace = TestNamespace.Create("nat");
        Namespace.SetSysctl("net/ipv6/conf/default/accept_dad", "0");
        Namespace.SetSysctl("net/ipv4/ip_forward", "1");
        Namespace.SetSysctl("net/ipv6/conf/all/forwarding", "1");
        A = MakePod("pa", 1);
        B = MakePod("pb", 2);
        Up = MakeUplink("up0", "192.0.2.10", "2001:db8::10", 24, 64, "192.0.2.1", "2001:db8::1");
        Up2 = MakeUplink("up1", "198.51.100.10", "2001:db8:1::10", 24, 64, "198.51.100.1", "2001:db8:1::1");
        Tunnel = MakeUplink("tun0", "192.0.2.130", "2001:db8:2::10", 32, 128, null, null) with { L3 = true };
        Namespace.Ip("address", "add", $"{Second4}/24", "dev", "up0");
        Namespace.Ip("address", "add", $"{Second6}/64", "dev", "up0", "nodad", "preferred_lft", "0");
        Namespace.Ip("route", "add", "default", "via", "192.0.2.1", "dev", "up0");
        Namespace.Ip("route", "add", "default", "via", "2001:db8::1", "dev", "up0");
        Namespace.Ip("route", "add", "203.0.113.0/24", "via", "198.51.100.1", "dev", "up1");
        Namespace.Ip("route", "add", "2001:db8:f1::/48", "via", "2001:db8:1::1", "dev", "up1");
        Programs = new Programs(Namespace, "from_pod", "to_pod", "to_uplink", "from_uplink");
    }

    public TestNamespace Namespace { get; }

    public Programs Programs { get; }

    /// <summary>A pod that is masqueraded: 10.1.0.1, fd01::1.</summary>
    public Pod A { get; }

    /// <summary>Its neighbour: 10.1.0.2, fd01::2.</summary>
    public Pod B { get; }

    /// <summary>The uplink of the default routes.</summary>
    public Uplink Up { get; }

    /// <summary>The uplink of 203.0.113.0/24 and 2001:db8:f1::/48.</summary>
    public Uplink Up2 { get; }

    /// <summary>An uplink whose frames begin with the IP header.</summary>
    public Uplink Tunnel { get; }

    /// <summary>Empty maps but for both pods and the uplinks.</summary>
    public void Reset(params ReadOnlySpan<Pod> pods)
    {
        foreach (string name in s_perTest)
        {
            Programs[name].Flush();
        }
        foreach (Pod pod in pods.IsEmpty ? [A, B] : pods)
        {
            Put(pod);
        }
        foreach (Uplink uplink in new[] { Up, Up2, Tunnel })
        {
            Programs["devices"].Put(uplink.Ifindex, uplink.Row());
        }
        Programs.ResetCounters();
    }

    /// <summary>A pod's rows, and that its own subnets are not masqueraded.</summary>
    public void Put(Pod pod)
    {
        pod.Put(Programs);
        Exclude(pod, "10.1.0.0", 24);
        Exclude(pod, "fd01::", 64);
    }

    public void Remove(Pod pod) => Programs["endpoints"].Delete(pod.Ifindex);

    /// <summary>A destination the pod is not masqueraded to.</summary>
    public void Exclude(Pod pod, string address, int bits)
    {
        IPAddress parsed = IPAddress.Parse(address);
        int mapped = parsed.GetAddressBytes().Length == 4 ? 96 : 0;
        var key = new ExclusionKey { PrefixLength = (uint)(32 + mapped + bits), Ifindex = pod.Ifindex, Address = Addresses.Mapped(parsed) };
        Programs["exclusions"].Put(key, new ExclusionRow { Generation = pod.Generation });
    }

    /// <summary>A port of the node that leads to a pod. <paramref name="address"/>: "0.0.0.0", "::", or one of the node's.</summary>
    public void HostPort(byte protocol, string address, int port, Pod pod, int podPort, HostPortFlags flags = HostPortFlags.Snat, Func<HostPortRow, HostPortRow>? change = null)
    {
        bool v6 = address.Contains(':');
        var key = new HostPortKey { Address = Addresses.Mapped(address), Port = Addresses.Swap(port), Protocol = protocol };
        var row = new HostPortRow
        {
            Address = Addresses.Mapped(pod.Address(v6)),
            Port = Addresses.Swap(podPort),
            Flags = flags,
            Endpoint = new FlowSide { Ifindex = pod.Ifindex, Generation = pod.Generation },
        };
        Programs["host_ports"].Put(key, change is null ? row : change(row));
    }

    /// <summary>The pod sends a packet to its gateway.</summary>
    public Outcome FromPod(Pod pod, byte[] ip) => Programs.Run("from_pod", pod.Ifindex, 0, Ethernet.Frame(ip, pod.Mac, pod.GatewayMac));

    /// <summary>A packet leaves by an uplink; <paramref name="ingress"/>: where it entered the node, 0: nowhere.</summary>
    public Outcome ToUplink(Uplink uplink, byte[] ip, uint ingress) => Programs.Run("to_uplink", uplink.Ifindex, ingress, FrameOut(uplink, ip));

    /// <summary>A packet comes in by an uplink.</summary>
    public Outcome FromUplink(Uplink uplink, byte[] ip) =>
        Programs.Run("from_uplink", uplink.Ifindex, uplink.Ifindex, uplink.L3 ? ip : Ethernet.Frame(ip, uplink.RouterMac, uplink.Mac));

    /// <summary>The stack delivers a packet to the pod that came in at <paramref name="ingress"/>.</summary>
    public Outcome ToPod(Pod pod, byte[] ip, uint ingress) =>
        Programs.Run("to_pod", pod.Ifindex, ingress, Ethernet.Frame(ip, pod.GatewayMac, pod.Mac));

    /// <summary>A frame as the stack sends it by the uplink.</summary>
    public static byte[] FrameOut(Uplink uplink, byte[] ip) => uplink.L3 ? ip : Ethernet.Frame(ip, uplink.Mac, uplink.RouterMac);

    public void Dispose()
    {
        Programs.Dispose();
        Namespace.Dispose();
    }

    private Pod MakePod(string name, byte number)
    {
        byte[] host = [2, 0xaa, 0, 0, 0, number];
        Link(name, host);
        Namespace.Ip("route", "add", $"10.1.0.{number}", "dev", name);
        Namespace.Ip("route", "add", $"fd01::{number}", "dev", name);
        Namespace.Ip("neighbour", "add", $"10.1.0.{number}", "lladdr", $"02:00:00:00:00:0{number}", "dev", name);
        Namespace.Ip("neighbour", "add", $"fd01::{number}", "lladdr", $"02:00:00:00:00:0{number}", "dev", name);
        uint ifindex = Node.Ifindex(Namespace, name);
        return new Pod(ifindex, [2, 0, 0, 0, 0, number], $"10.1.0.{number}", $"fd01::{number}")
        {
            Flags = PodFlags.Masquerade,
            Domain = ifindex,
            Generation = number,
            GatewayMac = host,
            MasqueradePorts = (32768, 65535),
        };
    }

    private Uplink MakeUplink(string name, string v4, string v6, int bits4, int bits6, string? router4, string? router6)
    {
        byte[] mac = [2, 0xbb, 0, 0, 0, (byte)name[^1]];
        Link(name, mac);
        Namespace.Ip("address", "add", $"{v4}/{bits4}", "dev", name);
        Namespace.Ip("address", "add", $"{v6}/{bits6}", "dev", name, "nodad");
        foreach (string router in new[] { router4, router6 }.OfType<string>())
        {
            Namespace.Ip("neighbour", "add", router, "lladdr", "02:ee:00:00:00:01", "dev", name);
        }
        return new Uplink(Node.Ifindex(Namespace, name), mac, s_router, v4, v6);
    }

    private void Link(string name, byte[] mac)
    {
        Namespace.Ip("link", "add", name, "address", string.Join(':', mac.Select(b => b.ToString("x2"))), "type", "veth", "peer", "name", name + "x");
        Namespace.Ip("link", "set", name + "x", "up");
        Namespace.Ip("link", "set", name, "up");
    }
}
