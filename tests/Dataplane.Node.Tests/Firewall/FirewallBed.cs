using Dataplane.Node.Tests.Nat;
using Dataplane.TestKit;

namespace Dataplane.Node.Tests.Firewall;

/// <summary>A node whose FORWARD chain drops what nobody has allowed, and networks whose containers have the plugin firewall.</summary>
internal sealed class FirewallBed : NatBed
{
    private readonly string _plugin;

    /// <param name="plugin">bridge or ptp</param>
    public FirewallBed(string plugin)
        : base(plugin) => _plugin = plugin;

    /// <summary>What others have on a node that forwards nothing.</summary>
    public static IReadOnlyList<string> Rules { get; } = ["plain", "iptables", "docker"];

    /// <summary>A network with firewall behind portmap, or before it.</summary>
    public PluginChain Allowed(int number = 1, string policy = "", bool last = true)
    {
        string firewall = $$"""{"type": "firewall"{{(policy.Length > 0 ? $", \"ingressPolicy\": \"{policy}\"" : "")}} }""";
        string main = MainPlugin(_plugin, number);
        return last
            ? new PluginChain(Plugins, $"net{number}", main, Portmap(), firewall)
            : new PluginChain(Plugins, $"net{number}", main, firewall, Portmap());
    }

    /// <summary>Has the node forward nothing of what is new.</summary>
    public void Drop(string rules)
    {
        switch (rules)
        {
            case "plain":
                // With br_netfilter a bridge's neighbour discovery passes here too, and has to.
                Host.Exec("nft", "add table inet fw; add chain inet fw forward { type filter hook forward priority 0; policy drop; }; "
                    + "add rule inet fw forward icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept").OrThrow();
                break;
            case "iptables":
                Each("-t", "filter", "-P", "FORWARD", "DROP");
                Host.Exec("ip6tables", "-w", "-A", "FORWARD", "-p", "icmpv6", "--icmpv6-type", "neighbour-solicitation", "-j", "ACCEPT").OrThrow();
                Host.Exec("ip6tables", "-w", "-A", "FORWARD", "-p", "icmpv6", "--icmpv6-type", "neighbour-advertisement", "-j", "ACCEPT").OrThrow();
                break;
            default:
                Drop("iptables");
                Each("-t", "filter", "-A", "FORWARD", "-o", "docker0", "-m", "conntrack", "--ctstate", "RELATED,ESTABLISHED", "-j", "ACCEPT");
                Each("-t", "filter", "-A", "FORWARD", "-i", "docker0", "-j", "ACCEPT");
                Each("-t", "nat", "-N", "DOCKER");
                Each("-t", "nat", "-A", "PREROUTING", "-m", "addrtype", "--dst-type", "LOCAL", "-j", "DOCKER");
                break;
        }
    }

    private void Each(params string[] arguments)
    {
        Host.Exec("iptables", ["-w", .. arguments]).OrThrow();
        Host.Exec("ip6tables", ["-w", .. arguments]).OrThrow();
    }
}
