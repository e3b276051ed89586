using System.Text;
using System.Text.Json;

namespace Dataplane.TestKit;

/// <summary>The kernel state of a bed: devices, addresses, routes, VLANs, neighbours, sysctls and lease files, as facts.</summary>
public sealed class BedState
{
    private static readonly string[] s_flags = ["UP", "LOWER_UP", "PROMISC", "ALLMULTI", "NOARP", "BROADCAST", "MULTICAST", "LOOPBACK"];

    private BedState(Facts facts, LinkTable links)
    {
        Facts = facts;
        Links = links;
    }

    public Facts Facts { get; }

    public LinkTable Links { get; }

    /// <summary>Looks at a bed once its links have settled. MACs in <paramref name="knownMacs"/> are stated as they are, others as random.</summary>
    public static BedState Capture(NodeBed bed, IReadOnlySet<string>? knownMacs = null)
    {
        List<NamespaceDump> dumps = Settled(bed);
        var links = new LinkTable(dumps.Select(dump => (dump.Place, dump.Addresses)));
        var facts = new Facts();
        foreach (NamespaceDump dump in dumps)
        {
            AddLinks(facts, dump, links, knownMacs ?? new HashSet<string>());
            AddRoutes(facts, dump, links);
            AddNeighbours(facts, dump, links);
            SysctlFacts.Add(facts, dump, links);
        }
        AddVlans(facts, bed.Host, links);
        LeaseFacts.Add(facts, bed.DataDirectory);
        return new BedState(facts, links);
    }

    /// <summary>
    /// A link that is up becomes operationally up in the kernel's own time, and addresses leave the tentative state so:
    /// waits for both, at most two seconds, since both are not the plugin's doing.
    /// </summary>
    private static List<NamespaceDump> Settled(NodeBed bed)
    {
        List<NamespaceDump> dumps = [];
        for (int attempt = 0; attempt < 100; attempt++)
        {
            dumps = [NamespaceDump.Of("host", bed.Host), .. bed.Pods.Select((pod, i) => NamespaceDump.Of($"pod{i + 1}", pod))];
            if (dumps.TrueForAll(static dump => dump.IsSettled))
            {
                break;
            }
            Thread.Sleep(20);
        }
        return dumps;
    }

    private static void AddLinks(Facts facts, NamespaceDump dump, LinkTable links, IReadOnlySet<string> knownMacs)
    {
        foreach (JsonElement link in dump.Addresses.EnumerateArray())
        {
            string name = link.GetProperty("ifname").GetString()!;
            string path = $"{dump.Place}/link/{links.Symbol(dump.Place, name)}";
            var flags = link.GetProperty("flags").EnumerateArray().Select(flag => flag.GetString()!).ToHashSet();
            facts.Add($"{path}/flags", string.Join(',', s_flags.Where(flags.Contains)));
            facts.Add($"{path}/mtu", link.GetProperty("mtu").GetRawText());
            // A bridge's follows its ports whenever the kernel's linkwatch gets to it: the time of the look, not the plugin, decides.
            if (links.Find(dump.Place, name)?.Kind != "bridge")
            {
                facts.Add($"{path}/operstate", link.GetProperty("operstate").GetString()!);
            }

            Copy("txqlen");
            Copy("promiscuity");
            Copy("inet6_addr_gen_mode");
            Copy("num_tx_queues");
            Copy("ifalias");
            if (link.TryGetProperty("master", out JsonElement master))
            {
                facts.Add($"{path}/master", links.Symbol(dump.Place, master.GetString()!));
            }
            string mac = link.TryGetProperty("address", out JsonElement address) ? address.GetString()! : "";
            facts.Add($"{path}/mac", name == "lo" || knownMacs.Contains(mac) ? mac : "random");
            if (link.TryGetProperty("linkinfo", out JsonElement info))
            {
                AddInfo(facts, path, info);
            }
            foreach (JsonElement ip in link.GetProperty("addr_info").EnumerateArray())
            {
                AddAddress(facts, path, ip);
            }

            void Copy(string key)
            {
                if (link.TryGetProperty(key, out JsonElement value))
                {
                    facts.Add($"{path}/{key}", value.ToString());
                }
            }
        }
    }

    private static void AddInfo(Facts facts, string path, JsonElement info)
    {
        foreach (JsonProperty part in info.EnumerateObject())
        {
            if (part.Name is "info_kind")
            {
                facts.Add($"{path}/kind", part.Value.GetString()!);
            }
            else if (part.Name is "info_data" or "info_slave_data" && part.Value.ValueKind == JsonValueKind.Object)
            {
                foreach (JsonProperty value in part.Value.EnumerateObject().Where(value => !IsMomentary(value.Name)))
                {
                    facts.Add($"{path}/{(part.Name == "info_data" ? "data" : "port")}/{value.Name}", value.Value.ToString());
                }
            }
        }
    }

    // Identifiers made of MACs and numbers in order of creation, timers, and the default that the machine may set.
    private static bool IsMomentary(string name) =>
        name.Contains("timer", StringComparison.Ordinal) || name.Contains("_id", StringComparison.Ordinal) || name is "id" or "no" or
            "bridge" or "root_port" or "designated_port" or "root_path_cost" or "designated_cost" or "topology_change" or "topology_change_detected"
            or "topology_change_ack" or "config_pending" or "group_addr" or "num_disabled_queues" or "fdb_n_learned" or "fdb_max_learned";

    private static void AddAddress(Facts facts, string path, JsonElement ip)
    {
        string local = ip.GetProperty("local").GetString()!;
        if (local.StartsWith("fe80:", StringComparison.Ordinal))
        {
            // Made by the kernel from the MAC when the link comes up.
            return;
        }
        var value = new StringBuilder();
        foreach (JsonProperty part in ip.EnumerateObject())
        {
            if (part.Name is not ("family" or "local" or "prefixlen" or "valid_life_time" or "preferred_life_time" or "label" or "nodad"))
            {
                value.Append(value.Length > 0 ? " " : "").Append(part.Value.ValueKind == JsonValueKind.True ? part.Name : $"{part.Name}={part.Value}");
            }
        }
        facts.Add($"{path}/address/{local}/{ip.GetProperty("prefixlen")}", value.ToString());
        if (ip.TryGetProperty("nodad", out _))
        {
            facts.Add($"{path}/address/{local}/{ip.GetProperty("prefixlen")}/nodad", "true");
        }
    }

    private static void AddRoutes(Facts facts, NamespaceDump dump, LinkTable links)
    {
        foreach (JsonElement route in dump.Routes4.EnumerateArray().Concat(dump.Routes6.EnumerateArray()))
        {
            string destination = route.GetProperty("dst").GetString()!;
            if (destination.StartsWith("fe80:", StringComparison.Ordinal) || destination.StartsWith("ff00:", StringComparison.Ordinal))
            {
                continue;
            }
            var value = new StringBuilder();
            foreach (JsonProperty part in route.EnumerateObject())
            {
                string? text = part.Name switch
                {
                    "dst" or "table" or "pref" or "expires" => null,
                    "flags" => part.Value.GetArrayLength() == 0 ? null : string.Join(',', part.Value.EnumerateArray()),
                    "dev" => links.Symbol(dump.Place, part.Value.GetString()!),
                    "metrics" or "nexthops" => part.Value.GetRawText(),
                    _ => part.Value.ToString(),
                };
                if (text is not null)
                {
                    value.Append(value.Length > 0 ? " " : "").Append(part.Name).Append('=').Append(text);
                }
            }
            string table = route.TryGetProperty("table", out JsonElement t) ? t.ToString() : "main";
            string family = destination.Contains(':', StringComparison.Ordinal) || (destination == "default" && IsOf(dump.Routes6, route)) ? "6" : "4";
            // What is in the path is compared as a set; what is in the value belongs to it.
            facts.Add($"{dump.Place}/route{family}/{table}/{destination} {value}", "there");
        }
    }

    private static bool IsOf(JsonElement array, JsonElement element) => array.EnumerateArray().Any(e => e.Equals(element));

    private static void AddNeighbours(Facts facts, NamespaceDump dump, LinkTable links)
    {
        foreach (JsonElement neighbour in dump.Neighbours.EnumerateArray())
        {
            if (neighbour.TryGetProperty("state", out JsonElement state) && state.EnumerateArray().Any(s => s.GetString() == "PERMANENT")
                && neighbour.TryGetProperty("dev", out JsonElement device))
            {
                facts.Add($"{dump.Place}/neighbour/{links.Symbol(dump.Place, device.GetString()!)}/{neighbour.GetProperty("dst")}", "permanent");
            }
        }
    }

    private static void AddVlans(Facts facts, TestNamespace host, LinkTable links)
    {
        string output = Tool.Out("bridge", "-n", host.Name, "-j", "vlan", "show");
        if (output.Trim().Length == 0)
        {
            return;
        }
        using JsonDocument document = JsonDocument.Parse(output);
        foreach (JsonElement port in document.RootElement.EnumerateArray())
        {
            IEnumerable<string> vlans = port.GetProperty("vlans").EnumerateArray().Select(vlan =>
                vlan.GetProperty("vlan") + (vlan.TryGetProperty("vlanEnd", out JsonElement end) ? $"-{end}" : "")
                + (vlan.TryGetProperty("flags", out JsonElement flags) ? " " + string.Join(' ', flags.EnumerateArray()) : ""));
            facts.Add($"host/vlan/{links.Symbol("host", port.GetProperty("ifname").GetString()!)}", string.Join(", ", vlans));
        }
    }
}
