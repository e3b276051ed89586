using System.Net;
using Dataplane.TestKit;

namespace Dataplane.Node.Tests;

/// <summary>
/// Services as kube-proxy makes them, in its two modes: ClusterIP, NodePort, a service whose backend is outside, masquerade for a backend
/// that asks itself, and the rule that drops what conntrack calls invalid.
/// </summary>
internal static class KubeProxyRules
{
    public const string Vip = "10.96.0.10";
    public const string ExternalVip = "10.96.0.11";
    public const int ServicePort = 80;
    public const int NodePort = 30080;

    /// <summary>Writes them; <paramref name="mode"/> is "iptables" or "nftables".</summary>
    public static void Write(TestNamespace host, string mode, IPAddress backend, int targetPort, IPAddress outside)
    {
        if (mode == "nftables")
        {
            Nftables(host, backend, targetPort, outside);
        }
        else
        {
            Iptables(host, backend, targetPort, outside);
        }
    }

    // kube-proxy's chains, flattened.
    private static void Iptables(TestNamespace host, IPAddress backend, int targetPort, IPAddress outside)
    {
        foreach (string protocol in (string[])["tcp", "udp"])
        {
            foreach (string chain in (string[])["PREROUTING", "OUTPUT"])
            {
                Rule("nat", chain, "-d", Vip, "-p", protocol, "--dport", ServicePort.ToString(), "-j", "DNAT", "--to-destination", $"{backend}:{targetPort}");
                Rule("nat", chain, "-d", ExternalVip, "-p", protocol, "--dport", ServicePort.ToString(), "-j", "DNAT", "--to-destination", $"{outside}:{targetPort}");
                Rule("nat", chain, "-p", protocol, "-m", "addrtype", "--dst-type", "LOCAL", "--dport", NodePort.ToString(), "-j", "DNAT", "--to-destination", $"{backend}:{targetPort}");
            }
        }
        Rule("nat", "POSTROUTING", "-s", backend.ToString(), "-d", backend.ToString(), "-m", "conntrack", "--ctstate", "DNAT", "-j", "MASQUERADE");
        Rule("filter", "FORWARD", "-m", "conntrack", "--ctstate", "INVALID", "-j", "DROP");

        void Rule(string table, string chain, params string[] rule) => host.Exec("iptables", ["-w", "-t", table, "-A", chain, .. rule]).OrThrow();
    }

    // A table of its own, verdict maps instead of a rule a service; names and priorities are kube-proxy's.
    private static void Nftables(TestNamespace host, IPAddress backend, int targetPort, IPAddress outside) => host.Exec("nft", $$"""
        table ip kube-proxy {
            map service-ips { type ipv4_addr . inet_proto . inet_service : verdict
                elements = { {{Vip}} . tcp . {{ServicePort}} : goto service-local, {{Vip}} . udp . {{ServicePort}} : goto service-local,
                             {{ExternalVip}} . tcp . {{ServicePort}} : goto service-outside, {{ExternalVip}} . udp . {{ServicePort}} : goto service-outside }
            }
            map service-nodeports { type inet_proto . inet_service : verdict
                elements = { tcp . {{NodePort}} : goto service-local, udp . {{NodePort}} : goto service-local }
            }
            chain mark-for-masquerade {
                meta mark set meta mark or 0x4000
            }
            chain masquerading {
                meta mark & 0x4000 == 0 return
                meta mark set meta mark xor 0x4000
                masquerade fully-random
            }
            chain endpoint-local {
                ip saddr {{backend}} jump mark-for-masquerade
                meta l4proto tcp dnat to {{backend}}:{{targetPort}}
                meta l4proto udp dnat to {{backend}}:{{targetPort}}
            }
            chain endpoint-outside {
                meta l4proto tcp dnat to {{outside}}:{{targetPort}}
                meta l4proto udp dnat to {{outside}}:{{targetPort}}
            }
            chain service-local {
                numgen random mod 1 vmap { 0 : goto endpoint-local }
            }
            chain service-outside {
                numgen random mod 1 vmap { 0 : goto endpoint-outside }
            }
            chain services {
                ip daddr . meta l4proto . th dport vmap @service-ips
                fib daddr type local meta l4proto . th dport vmap @service-nodeports
            }
            chain nat-prerouting {
                type nat hook prerouting priority dstnat
                jump services
            }
            chain nat-output {
                type nat hook output priority -100
                jump services
            }
            chain nat-postrouting {
                type nat hook postrouting priority srcnat
                jump masquerading
            }
            chain filter-forward {
                type filter hook forward priority -110
                ct state invalid drop
            }
        }
        """).OrThrow();
}
