using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;

namespace Dataplane.TestKit;

/// <summary>Asks the machine, once each, by trying.</summary>
public static class Probe
{
    private const int SolTcp = 6, TcpCongestion = 13;
    private static readonly ConcurrentDictionary<Needs, string> s_answers = new();

    /// <summary>One sentence on the first need that is missing; null when all are met.</summary>
    public static string? Missing(Needs needs)
    {
        foreach (Needs need in Enum.GetValues<Needs>())
        {
            if (needs.HasFlag(need) && s_answers.GetOrAdd(need, Try) is { Length: > 0 } reason)
            {
                return reason;
            }
        }
        return null;
    }

    private static string Try(Needs need) => need switch
    {
        Needs.Namespaces => Attempt("cannot make a network namespace", static () => TestNamespace.Create("probe").Dispose()),
        Needs.ReferencePlugins => FileIsThere(Path.Combine(ReferencePlugins.Directory, "bridge"), "package containernetworking-plugins is missing"),
        Needs.OurPlugins => FileIsThere(Path.Combine(OurPlugins.Directory, "bridge"), "our plugins are not built: cmake --install build --prefix artifacts"),
        Needs.Iptables => InNamespace("iptables cannot do DNAT here", static host =>
            host.Exec("iptables", "-t", "nat", "-A", "PREROUTING", "-d", "192.0.2.1", "-p", "tcp", "-j", "DNAT", "--to", "192.0.2.2:80").OrThrow()),
        Needs.Ip6tables => InNamespace("ip6tables cannot do DNAT here", static host =>
            host.Exec("ip6tables", "-t", "nat", "-A", "PREROUTING", "-d", "2001:db8::1", "-p", "tcp", "-j", "DNAT", "--to", "[2001:db8::2]:80").OrThrow()),
        Needs.Bpftool => Attempt("bpftool does not run", static () => Tool.Out("bpftool", "version")),
        Needs.BridgeNetfilter => InNamespace("the kernel lacks br_netfilter", static host =>
            _ = host.Sysctl("net/bridge/bridge-nf-call-iptables") ?? throw new NotSupportedException("no net.bridge.bridge-nf-call-iptables")),
        Needs.Ping => InNamespace("ping does not run", static host => host.Exec("ping", "-c", "1", "-W", "1", "127.0.0.1").OrThrow()),
        Needs.BridgeVlanFiltering => InNamespace("the kernel's bridge has no VLAN filtering", static host =>
            host.Ip("link", "add", "br0", "type", "bridge", "vlan_filtering", "1")),
        Needs.Tun => InNamespace("the kernel has no tun devices", static host => host.Ip("tuntap", "add", "tun0", "mode", "tun")),
        Needs.Vlan => InNamespace("the kernel has no VLAN devices", static host =>
        {
            host.Ip("link", "add", "up0", "type", "veth", "peer", "name", "up1");
            host.Ip("link", "add", "link", "up0", "name", "up0.5", "type", "vlan", "id", "5");
        }),
        Needs.Macvlan => OnVeth("macvlan"),
        Needs.Ipvlan => OnVeth("ipvlan"),
        Needs.Dummy => InNamespace("the kernel has no dummy devices", static host => host.Ip("link", "add", "dummy0", "type", "dummy")),
        Needs.Dnsmasq => Attempt("dnsmasq does not run", static () => Tool.Out("/usr/sbin/dnsmasq", "--version")),
        Needs.Vrf => InNamespace("the kernel has no VRFs", static host => host.Ip("link", "add", "red", "type", "vrf", "table", "10")),
        Needs.Tcx => Attempt("the kernel has no tcx", static () =>
        {
            if (!File.ReadLines("/proc/kallsyms").Any(static l => l.EndsWith(" tcx_prog_attach", StringComparison.Ordinal)))
            {
                throw new NotSupportedException("no tcx_prog_attach in /proc/kallsyms");
            }
        }),
        Needs.Iperf => InNamespace("iperf3 with cubic and bbr does not run here", static host =>
        {
            Tool.Out("iperf3", "--version");
            foreach (string algorithm in (string[])["cubic", "bbr"])
            {
                // Asking for it loads the module.
                host.Run(() =>
                {
                    using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                    socket.SetRawSocketOption(SolTcp, TcpCongestion, Encoding.ASCII.GetBytes(algorithm));
                });
            }
        }),
        Needs.Shapers => InNamespace("the kernel lacks tbf or htb", static host =>
        {
            host.Exec("tc", "qdisc", "replace", "dev", "lo", "root", "tbf", "rate", "1mbit", "burst", "16kb", "latency", "25ms").OrThrow();
            host.Exec("tc", "qdisc", "replace", "dev", "lo", "root", "handle", "1:", "htb", "default", "1").OrThrow();
        }),
        Needs.Bus => Attempt("dbus-daemon does not run", static () => Tool.Out("dbus-daemon", "--version")),
        Needs.Strace => Attempt("strace does not trace", static () => Tool.Out("strace", "-f", "-o", "/dev/null", "true")),
        Needs.IptablesLegacy => InNamespace("iptables-legacy has no nat here", static host =>
        {
            host.Exec("iptables-legacy", "-t", "nat", "-A", "POSTROUTING", "-s", "192.0.2.1", "-j", "MASQUERADE").OrThrow();
            host.Exec("ip6tables-legacy", "-t", "nat", "-A", "POSTROUTING", "-s", "2001:db8::1", "-j", "MASQUERADE").OrThrow();
        }),
        Needs.Nft => InNamespace("nft has no nat here", static host =>
            host.Exec("nft", "add table inet t; add chain inet t c { type nat hook postrouting priority 100; }; add rule inet t c ip saddr 192.0.2.1 masquerade").OrThrow()),
        _ => throw new ArgumentOutOfRangeException(nameof(need)),
    };

    private static string OnVeth(string kind) => InNamespace($"the kernel has no {kind} devices", host =>
    {
        host.Ip("link", "add", "up0", "type", "veth", "peer", "name", "up1");
        host.Ip("link", "add", "link", "up0", "name", "on0", "type", kind);
    });

    private static string FileIsThere(string path, string otherwise) => File.Exists(path) ? "" : $"{otherwise} ({path})";

    private static string InNamespace(string failure, Action<TestNamespace> code) => Attempt(failure, () =>
    {
        using TestNamespace host = TestNamespace.Create("probe");
        code(host);
    });

    private static string Attempt(string failure, Action code)
    {
        try
        {
            code();
            return "";
        }
        catch (Exception e)
        {
            return $"{failure}: {e.Message.Trim().ReplaceLineEndings(" ")}";
        }
    }
}
