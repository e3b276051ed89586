using Dataplane.TestKit;

namespace Dataplane.Node.Tests.Nat;

/// <summary>
/// What kube-proxy (mode iptables) has on a node, flattened: conntrack is active, services are translated, what is marked is masqueraded, and
/// what conntrack calls invalid is not forwarded. The policy of FORWARD lets through what belongs to the pods, as with any network.
/// </summary>
internal static class KubeProxy
{
    public const string ServiceV4 = "10.96.0.10";
    public const string ServiceV6 = "fd00:96::10";
    public const int ServicePort = 80;

    /// <summary>The same in mode nftables: a table of its own for each family.</summary>
    public static void InstallNft(TestNamespace host, NatPod backend)
    {
        host.Exec("nft", NftTable("ip", ServiceV4, $"{backend.V4}:{MatrixBed.Port}")).OrThrow();
        host.Exec("nft", NftTable("ip6", ServiceV6, $"[{backend.V6}]:{MatrixBed.Port}")).OrThrow();
    }

    private static string NftTable(string family, string service, string target) => $$"""
        table {{family}} kube-proxy {
            chain services {
                {{family}} daddr {{service}} meta l4proto { tcp, udp } th dport {{ServicePort}} dnat to {{target}}
                fib daddr type local meta l4proto { tcp, udp } th dport 30080 dnat to {{target}}
            }
            chain nat-prerouting { type nat hook prerouting priority dstnat; jump services; }
            chain nat-output { type nat hook output priority -100; jump services; }
            chain nat-postrouting {
                type nat hook postrouting priority srcnat;
                meta mark & 0x00004000 != 0x00004000 return
                meta mark set meta mark xor 0x00004000
                masquerade fully-random
            }
            chain filter-forward {
                type filter hook forward priority filter;
                ct state invalid drop
                ct state established,related accept
            }
        }
        """;

    public static void Install(TestNamespace host, NatPod backend)
    {
        foreach (bool v6 in (bool[])[false, true])
        {
            string target = v6 ? $"[{backend.V6}]:{MatrixBed.Port}" : $"{backend.V4}:{MatrixBed.Port}";
            foreach (string protocol in (string[])["tcp", "udp"])
            {
                foreach (string chain in (string[])["PREROUTING", "OUTPUT"])
                {
                    Rule(host, v6, "nat", chain, "-d", v6 ? ServiceV6 : ServiceV4, "-p", protocol, "--dport", ServicePort.ToString(), "-j", "DNAT", "--to-destination", target);
                    Rule(host, v6, "nat", chain, "-p", protocol, "-m", "addrtype", "--dst-type", "LOCAL", "--dport", "30080", "-j", "DNAT", "--to-destination", target);
                }
            }
            Rule(host, v6, "nat", "POSTROUTING", "-m", "mark", "!", "--mark", "0x4000/0x4000", "-j", "RETURN");
            Rule(host, v6, "nat", "POSTROUTING", "-j", "MARK", "--set-xmark", "0x4000/0x0");
            Rule(host, v6, "nat", "POSTROUTING", "-j", "MASQUERADE", "--random-fully");
            Rule(host, v6, "filter", "FORWARD", "-m", "conntrack", "--ctstate", "INVALID", "-j", "DROP");
            Rule(host, v6, "filter", "FORWARD", "-m", "conntrack", "--ctstate", "RELATED,ESTABLISHED", "-j", "ACCEPT");
        }
    }

    private static void Rule(TestNamespace host, bool v6, string table, string chain, params string[] rule) =>
        host.Exec(v6 ? "ip6tables" : "iptables", ["-w", "-t", table, "-A", chain, .. rule]).OrThrow();
}
