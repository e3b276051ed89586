using static Dataplane.Conformance.Tests.Conf;

namespace Dataplane.Conformance.Tests;

/// <summary>flannel: what it makes of flanneld's file, what it keeps, and what the plugin behind it does.</summary>
internal static class FlannelCases
{
    private const string NoReference = "no package of Debian has the reference";
    private const string V4 = "FLANNEL_NETWORK=10.244.0.0/16\nFLANNEL_SUBNET=10.244.1.1/24\nFLANNEL_MTU=1450\nFLANNEL_IPMASQ=true\n";
    private const string V6 = "FLANNEL_IPV6_NETWORK=fc00::/48\nFLANNEL_IPV6_SUBNET=fc00:0:0:1::1/64\nFLANNEL_MTU=1430\nFLANNEL_IPMASQ=false\n";
    private const string Delegate = "\"delegate\": {\"bridge\": \"br0\"}";

    public static IEnumerable<Case> All => [.. Given().Select(static given => given.OursAlone(NoReference))];

    private static IEnumerable<Case> Given() =>
    [
        File("IPv4", V4).Add().Sees("lease/flannel/c1/mode", "0600")
            .Sees("pod1/link/eth0/mtu", "1450").Sees("lease/net1/10.244.1.2", "\"c1\\r\\neth0\"").Check().Del().SeesNo("lease/flannel/c1").SeesNo("lease/net1/10.244.1.2").SeesNo("pod1/link/eth0/mtu").Del(),
        File("IPv6", V6).Add().Sees("pod1/link/eth0/mtu", "1430").Del().SeesNo("lease/flannel/c1"),
        File("both families", V4 + V6).Add().Sees("lease/net1/10.244.1.2", "\"c1\\r\\neth0\"").Sees("lease/net1/fc00:0:0:1::2", "\"c1\\r\\neth0\"").Del(),
        File("DEL when flanneld's file has become empty", V4).Add().File("env/subnet.env", "").Del().SeesNo("lease/flannel/c1").SeesNo("lease/net1/10.244.1.2"),
        new Case("flannel", "without flanneld's file", Flannel(Delegate)).Add().Fails(999, "subnet.env: no such file or directory").Del(),
        File("a file without a subnet", V4.Replace("FLANNEL_SUBNET", "OTHER", StringComparison.Ordinal)).Add().Fails(999, "subnet.env is missing FLANNEL_SUBNET, FLANNEL_IPV6_SUBNET"),
        File("an empty file", "").Add().Fails(999, "subnet.env is missing FLANNEL_NETWORK, FLANNEL_IPV6_NETWORK, FLANNEL_SUBNET, FLANNEL_IPV6_SUBNET, FLANNEL_MTU, FLANNEL_IPMASQ"),
        File("an address range that is none", V4.Replace("10.244.0.0/16", "ten", StringComparison.Ordinal)).Add().Fails(999, "invalid CIDR address: ten"),
        File("an MTU that is none", V4.Replace("1450", "large", StringComparison.Ordinal)).Add().Fails(999, "strconv.ParseUint: parsing \"large\": invalid syntax"),
        File("a delegate with a name", V4, "\"delegate\": {\"name\": \"x\"}").Add().Fails(999, "'delegate' dictionary must not have 'name' field, it'll be set by flannel"),
        File("a delegate with addresses", V4, "\"delegate\": {\"ipam\": {}}").Add().Fails(999, "'delegate' dictionary must not have 'ipam' field, it'll be set by flannel"),
        File("a delegate whose type is a number", V4, "\"delegate\": {\"type\": 7}").Add().Fails(999, "'delegate' dictionary, if present, must have (string) 'type' field"),
        File("a delegate that is missing", V4, "\"delegate\": {\"type\": \"nope\"}").Add().Fails(999, "failed to delegate add: failed to find plugin \"nope\" in path ["),
        File("a delegate that fails leaves nothing", V4, "\"delegate\": {\"type\": \"bridge\", \"bridge\": \"br0\", \"hairpinMode\": true, \"promiscMode\": true}")
            .Add().Fails(999, "failed to delegate add: cannot set hairpin mode and promiscuous mode at the same time").SeesNo("lease/flannel/c1"),
        File("a kept file that is torn", V4).File("flannel/c1", "{\"na").Del().SeesNo("lease/flannel/c1"),
        File("STATUS and GC", V4, version: "1.1.0").Call(Whole("STATUS", null)).Add().Call(Whole("GC", null)).Sees("lease/net1/10.244.1.2", "\"c1\\r\\neth0\"")
            .Call(Whole("GC", "\"cni.dev/valid-attachments\": [{\"containerID\": \"c1\", \"ifname\": \"eth0\"}]")).Sees("lease/net1/10.244.1.2", "\"c1\\r\\neth0\"")
            .Call(Whole("GC", "\"cni.dev/valid-attachments\": []")).SeesNo("lease/net1/10.244.1.2").SeesNo("lease/flannel/c1").SeesNo("pod1/link/eth0/mtu"),
        new Case("flannel", "STATUS without flanneld's file", Flannel(Delegate, "1.1.0")).Call(Whole("STATUS", null)).Fails(50, "subnet.env: no such file or directory"),
    ];

    private static Case File(string name, string env, string fields = Delegate, string version = "1.0.0") => new Case("flannel", name, Flannel(fields, version)).File("env/subnet.env", env);

    private static Step Whole(string command, string? fields) => new(StepKind.Plugin, command) { Id = null, Pod = null, IfName = null, Config = Flannel(fields is null ? Delegate : $"{Delegate}, {fields}", "1.1.0") };

    private static string Flannel(string fields, string version = "1.0.0") =>
        Network("flannel", $"\"subnetFile\": \"$DATA/env/subnet.env\", \"dataDir\": \"$DATA/flannel\", {fields}", "{\"dataDir\": \"$DATA\"}", version, "net1");
}
