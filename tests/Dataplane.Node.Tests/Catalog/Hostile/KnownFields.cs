using System.Text.Json.Nodes;

namespace Dataplane.Node.Tests.Catalog.Hostile;

/// <summary>The fields that plugins know besides those of the catalog's configurations, with values that change nothing.</summary>
internal static class KnownFields
{
    private const string Every = """
        "dns": {"nameservers": ["192.0.2.53"], "domain": "a.example", "search": ["a.example"], "options": ["ndots:2"]},
        "capabilities": {"mac": true}, "args": {"cni": {"labels": [{"key": "a", "value": "b"}]}}, "runtimeConfig": {"aliases": ["a"]}
        """;

    private const string Own = """
        "dataplane": {"fastPath": "auto", "sourceCheck": "auto", "flowEntries": 1024, "nonMasqueradeCIDRs": ["10.0.0.0/8"], "masqLinkLocal": false, "masqueradePorts": "40000-50000",
                      "shaper": "auto", "keepLeasesAcrossBoot": false, "logLevel": "off"}
        """;

    private const string Bridge = """
        "mtu": 1400, "hairpinMode": false, "forceAddress": false, "promiscMode": false, "vlan": 0, "preserveDefaultVlan": false, "macspoofchk": false, "enabledad": false,
        "disableContainerInterface": false, "portIsolation": false, "ipMasqBackend": "nftables", "runtimeConfig": {"mac": "0a:58:0a:01:00:63"}, "args": {"cni": {"mac": "0a:58:0a:01:00:64"}}
        """;

    private const string Portmap = """
        "snat": true, "masqAll": false, "markMasqBit": 13, "backend": "iptables", "conditionsV4": ["-s", "10.0.0.0/8"], "conditionsV6": ["-s", "fd00::/8"],
        "runtimeConfig": {"portMappings": [{"hostPort": 8101, "containerPort": 80, "protocol": "tcp", "hostIP": "0.0.0.0"}]}
        """;

    private const string Bandwidth = """
        "unshapedSubnets": ["10.0.0.0/8"], "runtimeConfig": {"bandwidth": {"ingressRate": 50000000, "ingressBurst": 1000000, "egressRate": 50000000, "egressBurst": 1000000}}
        """;

    private const string Tuning = """
        "mac": "0a:58:0a:01:00:65", "promisc": false, "allmulti": false, "txQLen": 100, "args": {"cni": {"sysctl": {"net.ipv4.conf.IFNAME.rp_filter": "2"}, "mtu": 1400, "promisc": false}}
        """;

    private const string Device = """ "mtu": 1400, "linkInContainer": false, "enabledad": false """;

    private static readonly Dictionary<string, string[]> s_fields = new()
    {
        ["bridge"] = [Bridge, Own],
        ["ptp"] = ["\"mtu\": 1400, \"ipMasqBackend\": \"nftables\"", Own],
        ["dataplane"] = ["\"mode\": \"bridge\"", Bridge, Portmap, Bandwidth, Tuning, Own, """ "runtimeConfig": {"dns": {"servers": ["192.0.2.53"], "searches": ["a"], "options": ["b"]}} """],
        ["macvlan"] = [Device, "\"mode\": \"bridge\", \"mac\": \"0a:58:0a:01:00:63\", \"bcqueuelen\": 100"],
        ["ipvlan"] = [Device, "\"mode\": \"l2\""],
        ["vlan"] = [Device],
        ["tap"] = ["\"mtu\": 1400, \"mac\": \"0a:58:0a:01:00:63\", \"multiQueue\": false, \"owner\": 0, \"group\": 0, \"selinuxContext\": \"\", \"bridge\": \"\", \"enabledad\": false"],
        ["host-device"] = ["\"hwaddr\": \"\", \"kernelpath\": \"\", \"pciBusID\": \"\", \"enabledad\": false, \"runtimeConfig\": {\"deviceID\": \"\"}"],
        ["host-local"] = [Own, "\"runtimeConfig\": {\"ips\": [\"10.1.0.9\"], \"ipRanges\": [[{\"subnet\": \"10.200.0.0/24\", \"rangeStart\": \"10.200.0.5\", \"rangeEnd\": \"10.200.0.9\", \"gateway\": \"10.200.0.1\"}]]}, \"args\": {\"cni\": {\"ips\": [\"10.200.0.6\"]}}"],
        ["static"] = ["\"runtimeConfig\": {\"ips\": [\"10.1.0.9/24\"]}, \"args\": {\"cni\": {\"ips\": [\"10.1.0.10/24\"]}}"],
        ["portmap"] = [Portmap, Own],
        ["bandwidth"] = [Bandwidth, Own],
        ["tuning"] = [Tuning, "\"runtimeConfig\": {\"mac\": \"0a:58:0a:01:00:66\"}"],
        ["sbr"] = ["\"table\": 0, \"addSourceHints\": false, \"gateways\": [\"10.1.0.1\"]"],
        ["vrf"] = ["\"table\": 0"],
        ["flannel"] = ["\"ipam\": {\"routes\": [{\"dst\": \"10.9.0.0/16\"}]}, \"delegate\": {\"type\": \"bridge\", \"hairpinMode\": true}"],
        ["debug"] = ["\"addHooks\": [[\"true\"]], \"delHooks\": [[\"true\"]], \"checkHooks\": [[\"true\"]]"],
    };

    private static readonly string[] s_ipam =
    [
        """ "routes": [{"dst": "10.9.0.0/16", "gw": "10.1.0.1", "mtu": 1400, "advmss": 1360, "priority": 5, "table": 254, "scope": 0}], "resolvConf": "" """,
    ];

    /// <summary>A configuration with all of them.</summary>
    public static JsonObject AddTo(string plugin, JsonObject config)
    {
        foreach (string fields in (string[])[Every, .. s_fields.GetValueOrDefault(plugin, [])])
        {
            Merge(config, JsonNode.Parse($"{{{fields}}}")!.AsObject());
        }
        if (config["ipam"] is JsonObject ipam && ipam["type"]?.GetValue<string>() is "host-local" or "static")
        {
            foreach (string fields in s_ipam)
            {
                Merge(config["ipam"]!.AsObject(), JsonNode.Parse($"{{{fields}}}")!.AsObject());
            }
        }
        return config;
    }

    private static void Merge(JsonObject into, JsonObject from)
    {
        foreach ((string key, JsonNode? value) in from)
        {
            if (into[key] is JsonObject inner && value is JsonObject more)
            {
                Merge(inner, more);
            }
            else if (!into.ContainsKey(key))
            {
                into[key] = value!.DeepClone();
            }
        }
    }
}
