namespace Dataplane.TestKit;

/// <summary>The sysctls that plugins of the field write.</summary>
internal static class SysctlFacts
{
    private static readonly string[] s_global =
        ["net/ipv4/ip_forward", "net/ipv4/conf/all/forwarding", "net/ipv4/conf/all/rp_filter", "net/ipv4/conf/all/arp_notify",
         "net/ipv6/conf/all/forwarding", "net/ipv6/conf/all/disable_ipv6", "net/ipv6/conf/default/accept_ra"];

    private static readonly string[] s_perDevice4 =
        ["arp_notify", "arp_ignore", "arp_announce", "arp_accept", "proxy_arp", "rp_filter", "route_localnet", "forwarding", "accept_local", "send_redirects"];

    private static readonly string[] s_perDevice6 =
        ["disable_ipv6", "accept_ra", "accept_dad", "enhanced_dad", "keep_addr_on_down", "ndisc_notify", "proxy_ndp", "forwarding", "autoconf"];

    public static void Add(Facts facts, NamespaceDump dump, LinkTable links)
    {
        IEnumerable<BedLink> devices = links.Links.Where(link => link.Place == dump.Place);
        List<(string Path, string Value)> read = dump.Namespace.Run(() =>
        {
            var values = new List<(string, string)>();
            foreach (string path in s_global)
            {
                Read(path, path);
            }
            foreach (BedLink device in devices)
            {
                foreach (string name in s_perDevice4)
                {
                    Read($"net/ipv4/conf/{device.Name}/{name}", $"net/ipv4/conf/{device.Symbol}/{name}");
                }
                foreach (string name in s_perDevice6)
                {
                    Read($"net/ipv6/conf/{device.Name}/{name}", $"net/ipv6/conf/{device.Symbol}/{name}");
                }
            }
            return values;

            void Read(string path, string symbol)
            {
                try
                {
                    values.Add((symbol, File.ReadAllText($"/proc/sys/{path}").Trim()));
                }
                catch (IOException)
                {
                    // Not in this kernel, or the device has no IPv6.
                }
            }
        });
        foreach ((string path, string value) in read)
        {
            facts.Add($"{dump.Place}/sysctl/{path}", value);
        }
    }
}
