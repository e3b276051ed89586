using System.Net;

namespace Dataplane.TestKit;

/// <summary>
/// What is beyond a node: a router on the link of each of its uplinks, and a machine behind the router. Neither has a route to any
/// address of a pod, so a packet that leaves the node with one cannot be answered; and the router notes every packet whose source is
/// none of the addresses of the uplinks (<see cref="Strangers"/>).
/// </summary>
/// <remarks>
/// The machine has two addresses of each family. Everything to and from the "narrow" one passes links of
/// <see cref="NarrowMtu"/> bytes: the router fragments, or answers that the packet is too big.
/// </remarks>
public sealed class OutsideWorld
{
    /// <summary>Path MTU of the narrow addresses: IPv6's least allows nothing much smaller.</summary>
    public const int NarrowMtu = 1300;

    private const string NarrowTable = "77";
    private readonly NodeBed _bed;
    private readonly List<Uplink> _uplinks = [];

    /// <summary>Makes the router and the machine behind it; the node has no uplink yet.</summary>
    public OutsideWorld(NodeBed bed)
    {
        _bed = bed;
        Router = bed.AddMachine("router");
        Machine = bed.AddMachine("outside");
        foreach (TestNamespace at in (ReadOnlySpan<TestNamespace>)[Router, Machine])
        {
            at.SetSysctl("net/ipv4/conf/all/rp_filter", "0");
            at.SetSysctl("net/ipv4/conf/default/rp_filter", "0");
        }
        Router.SetSysctl("net/ipv4/ip_forward", "1");
        Router.SetSysctl("net/ipv6/conf/all/forwarding", "1");
        // Every error is sent: ICMP is not rationed, where tests provoke it by the dozen.
        Router.SetSysctl("net/ipv4/icmp_ratelimit", "0");
        Router.SetSysctl("net/ipv6/icmp/ratelimit", "0");
        Machine.SetSysctl("net/ipv4/icmp_ratelimit", "0");
        Machine.SetSysctl("net/ipv6/icmp/ratelimit", "0");

        Router.Ip("link", "add", "out0", "type", "veth", "peer", "name", "eth0", "netns", Machine.Name);
        Address(Router, "out0", "203.0.113.1/24", "2001:db8:a::fe/64");
        Address(Machine, "eth0", $"{Wide4}/24", $"{Wide6}/64");
        // Never a source that nobody asked for: IPv4's is the second of its subnet, IPv6's is deprecated from the start.
        Machine.Ip("address", "add", $"{Narrow4}/24", "dev", "eth0");
        Machine.Ip("address", "add", $"{Narrow6}/64", "dev", "eth0", "nodad", "preferred_lft", "0");
        Router.Ip("route", "add", $"{Narrow4}/32", "dev", "out0", "mtu", NarrowMtu.ToString());
        Router.Ip("route", "add", $"{Narrow6}/128", "dev", "out0", "mtu", NarrowMtu.ToString());
        Router.Ip("rule", "add", "from", $"{Narrow4}/32", "table", NarrowTable);
        Router.Ip("-6", "rule", "add", "from", $"{Narrow6}/128", "table", NarrowTable);
        Router.Exec("nft", Guard("{ 255.255.255.255 }", "{ ::/128, fe80::/10 }")).OrThrow();
    }

    /// <summary>The router: one hop behind the node.</summary>
    public TestNamespace Router { get; }

    /// <summary>The machine: two hops behind the node.</summary>
    public TestNamespace Machine { get; }

    public static IPAddress Wide4 { get; } = IPAddress.Parse("203.0.113.2");

    public static IPAddress Wide6 { get; } = IPAddress.Parse("2001:db8:a::2");

    public static IPAddress Narrow4 { get; } = IPAddress.Parse("203.0.113.130");

    public static IPAddress Narrow6 { get; } = IPAddress.Parse("2001:db8:a::1300");

    /// <summary>The machine's address that is reached with full-sized packets.</summary>
    public static IPAddress Wide(bool v6) => v6 ? Wide6 : Wide4;

    /// <summary>The machine's address behind <see cref="NarrowMtu"/>.</summary>
    public static IPAddress Narrow(bool v6) => v6 ? Narrow6 : Narrow4;

    /// <summary>The uplinks, in the order they were made.</summary>
    public IReadOnlyList<Uplink> Uplinks => _uplinks;

    /// <summary>Connects the node by a veth; the first uplink has the node's default routes.</summary>
    public Uplink AddUplink(string device) => Connect(device, (node, router) =>
        _bed.Host.Ip("link", "add", node, "type", "veth", "peer", "name", router, "netns", Router.Name));

    /// <summary>Connects the node by a device made otherwise: <paramref name="make"/> gets both names, and brings both ends into being.</summary>
    public Uplink Connect(string device, Action<string, string> make)
    {
        int n = _uplinks.Count;
        string router = $"node{n}";
        make(device, router);
        var uplink = new Uplink(device,
            IPAddress.Parse($"198.51.100.{(n * 64) + 1}"), IPAddress.Parse($"2001:db8:{n + 1}::1"),
            IPAddress.Parse($"198.51.100.{(n * 64) + 62}"), IPAddress.Parse($"2001:db8:{n + 1}::fe"));
        _uplinks.Add(uplink);
        Address(_bed.Host, device, $"{uplink.Node4}/26", $"{uplink.Node6}/64");
        Address(Router, router, $"{uplink.Router4}/26", $"{uplink.Router6}/64");
        // What the machine sends from its narrow addresses comes to the node through a narrow link too.
        Router.Ip("route", "add", $"198.51.100.{n * 64}/26", "dev", router, "table", NarrowTable, "mtu", NarrowMtu.ToString());
        Router.Ip("route", "add", $"2001:db8:{n + 1}::/64", "dev", router, "table", NarrowTable, "mtu", NarrowMtu.ToString());
        Machine.Ip("route", "add", $"198.51.100.{n * 64}/26", "via", "203.0.113.1");
        Machine.Ip("route", "add", $"2001:db8:{n + 1}::/64", "via", "2001:db8:a::fe");
        if (n == 0)
        {
            _bed.Host.Ip("route", "add", "default", "via", uplink.Router4.ToString());
            _bed.Host.Ip("-6", "route", "add", "default", "via", uplink.Router6.ToString());
        }
        Router.Exec("nft", $"add element inet guard known4 {{ {uplink.Node4} }}; add element inet guard known6 {{ {uplink.Node6} }}").OrThrow();
        return uplink;
    }

    /// <summary>One more address of the node itself on an uplink, as keepalived would move one here.</summary>
    public void AddNodeAddress(Uplink uplink, IPAddress address)
    {
        bool v6 = address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6;
        _bed.Host.Ip("address", "add", $"{address}/{(v6 ? 128 : 32)}", "dev", uplink.Device, "nodad");
        Router.Exec("nft", $"add element inet guard known{(v6 ? 6 : 4)} {{ {address} }}").OrThrow();
    }

    /// <summary>
    /// Source, destination and protocol of what left the node, since this was asked last, from an address that is not the node's own on an uplink.
    /// </summary>
    public IReadOnlyList<string> Strangers()
    {
        string table = Router.Exec("nft", "list table inet guard").OrThrow().StdoutText;
        Router.Exec("nft", "flush set inet guard strangers4; flush set inet guard strangers6").OrThrow();
        return [.. table[..table.IndexOf("chain seen", StringComparison.Ordinal)].Split('\n').Select(static line => line.Trim())
            .Where(static line => line.Contains(" . ", StringComparison.Ordinal) && !line.StartsWith("type ", StringComparison.Ordinal))];
    }

    private static string Guard(string also4, string also6) => $$"""
        table inet guard {
            set known4 { type ipv4_addr; flags interval; elements = {{also4}}; }
            set known6 { type ipv6_addr; flags interval; elements = {{also6}}; }
            set strangers4 { type ipv4_addr . ipv4_addr . inet_proto; size 1024; flags dynamic; }
            set strangers6 { type ipv6_addr . ipv6_addr . inet_proto; size 1024; flags dynamic; }
            chain seen {
                type filter hook prerouting priority -500; policy accept;
                iifname "node*" ip saddr != @known4 add @strangers4 { ip saddr . ip daddr . ip protocol }
                iifname "node*" ip6 saddr != @known6 add @strangers6 { ip6 saddr . ip6 daddr . meta l4proto }
            }
        }
        """;

    private static void Address(TestNamespace at, string device, string v4, string v6)
    {
        at.Ip("address", "add", v4, "dev", device);
        at.Ip("address", "add", v6, "dev", device, "nodad");
        at.Ip("link", "set", device, "up");
    }
}
