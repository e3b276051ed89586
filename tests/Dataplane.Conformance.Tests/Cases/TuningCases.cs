using static Dataplane.Conformance.Tests.Conf;

namespace Dataplane.Conformance.Tests;

/// <summary>tuning behind bridge: sysctls and every setting of the interface, from wherever they come, and what DEL sets again.</summary>
internal static class TuningCases
{
    private const string Eth0 = "pod1/link/eth0";
    private const string Mac = "02:00:5e:00:53:01";
    private const string Sysctls = "DEL sets the sysctls as well to what was before";
    private const string Failed = "a failed ADD changes nothing; the reference leaves what came before the failure";

    public static IEnumerable<Case> All => [.. Settings, .. Sources, .. Values, .. Removal, .. Errors, .. Later];

    private static IEnumerable<Case> Settings =>
    [
        Chain("nothing to tune", null).Check().Delete(),
        Chain("a hardware address", $"\"mac\": \"{Mac}\"").Sees($"{Eth0}/mac", Mac).Check().Del().Delete(),
        Chain("a hardware address with dashes", "\"mac\": \"02-00-5E-00-53-01\"").Del().Delete(),
        Chain("a hardware address in three words", "\"mac\": \"0200.5e00.5301\"").Del().Delete(),
        Chain("an MTU", "\"mtu\": 1400").Sees($"{Eth0}/mtu", "1400").Check().Del().Sees($"{Eth0}/mtu", "1500").Delete(),
        Chain("promiscuous mode", "\"promisc\": true").Check().Del().Delete(),
        Chain("promiscuous mode that is not wanted", "\"promisc\": false").Check().Del().Delete(),
        Chain("all-multicast mode", "\"allmulti\": true").Check().Del().Delete(),
        Chain("all-multicast mode off", "\"allmulti\": false").Check().Del().Delete(),
        Chain("everything", $"\"mac\": \"{Mac}\", \"mtu\": 1400, \"promisc\": true, \"allmulti\": true, {Sysctl("net.ipv4.conf.IFNAME.arp_filter", "1")}").Del().Del().Delete(),
        .. new[] { "0.3.0", "0.3.1", "0.4.0", "1.0.0" }.Select(static version => Chain($"the result, in {version}", $"\"mac\": \"{Mac}\"", version).Delete()),
        Chain("routes and addresses stay when the hardware address changes", $"\"mac\": \"{Mac}\"", ipam: HostLocal("\"subnet\": \"10.1.2.0/24\", \"routes\": [{\"dst\": \"0.0.0.0/0\"}]")).Del().Delete(),
    ];

    private static IEnumerable<Case> Sources =>
    [
        Chain("from args", $"\"args\": {{\"cni\": {{\"mac\": \"{Mac}\", \"mtu\": 1400, \"promisc\": true, \"allmulti\": true}}}}").Sees($"{Eth0}/mtu", "1400").Check().Del().Delete(),
        Chain("args win", $"\"mac\": \"02:00:5e:00:53:09\", \"mtu\": 1300, \"promisc\": true, \"args\": {{\"cni\": {{\"mac\": \"{Mac}\", \"mtu\": 1400, \"promisc\": false}}}}").Sees($"{Eth0}/mac", Mac).Delete(),
        Chain("args that are null", "\"mtu\": 1400, \"args\": {\"cni\": {\"mac\": null, \"mtu\": null, \"allmulti\": null}}").Sees($"{Eth0}/mtu", "1400").Delete(),
        Chain("args of nothing", "\"mtu\": 1400, \"args\": {\"cni\": {\"mtu\": 0}}").Sees($"{Eth0}/mtu", "1500").Delete(),
        Chain("a hardware address of the runtime", $"\"mac\": \"02:00:5e:00:53:09\", \"runtimeConfig\": {{\"mac\": \"{Mac}\"}}").Sees($"{Eth0}/mac", Mac).Delete(),
        Chain("a hardware address of CNI_ARGS", "\"mac\": \"02:00:5e:00:53:09\"", args: $"MAC={Mac}").Sees($"{Eth0}/mac", Mac).Delete(),
        Chain("the runtime before CNI_ARGS", $"\"runtimeConfig\": {{\"mac\": \"{Mac}\"}}", args: "MAC=02:00:5e:00:53:09").Sees($"{Eth0}/mac", Mac).Delete(),
        Chain("args before the runtime", $"\"runtimeConfig\": {{\"mac\": \"02:00:5e:00:53:09\"}}, \"args\": {{\"cni\": {{\"mac\": \"{Mac}\"}}}}").Sees($"{Eth0}/mac", Mac).Delete(),
        Chain("names in other cases", "\"MTU\": 1400, \"Promisc\": true").Sees($"{Eth0}/mtu", "1400").Delete(),
    ];

    private static IEnumerable<Case> Values =>
    [
        Chain("a sysctl", Sysctl("net.ipv4.ip_forward", "1")).Sees("pod1/sysctl/net/ipv4/ip_forward", "1").Check().Delete(),
        Chain("a sysctl with slashes", Sysctl("net/ipv4/ip_forward", "1")).Sees("pod1/sysctl/net/ipv4/ip_forward", "1").Delete(),
        Chain("a sysctl of the interface", Sysctl("net.ipv4.conf.IFNAME.rp_filter", "2")).Sees("pod1/sysctl/net/ipv4/conf/eth0/rp_filter", "2").Delete(),
        Chain("a sysctl of args", "\"sysctl\": {}, \"args\": {\"cni\": {\"sysctl\": {\"net.ipv4.conf.eth0.rp_filter\": \"2\"}}}").Sees("pod1/sysctl/net/ipv4/conf/eth0/rp_filter", "2").Delete(),
        Chain("args win over a sysctl", $"{Sysctl("net.ipv4.conf.eth0.rp_filter", "1")}, \"args\": {{\"cni\": {{\"sysctl\": {{\"net.ipv4.conf.eth0.rp_filter\": \"2\"}}}}}}")
            .Sees("pod1/sysctl/net/ipv4/conf/eth0/rp_filter", "2").Delete(),
        Chain("CHECK of a sysctl that changed", Sysctl("net.ipv4.ip_forward", "1")).InPod(1, "sysctl", "-qw", "net.ipv4.ip_forward=0")
            .Check().Fails(999, "Error: Tuning configured value of /proc/sys/net/ipv4/ip_forward is 1, current value is 0"),
        Chain("CHECK of an MTU that changed", "\"mtu\": 1400").InPod(1, "ip", "link", "set", "eth0", "mtu", "1300").Check().Fails(999, "Error: Tuning configured MTU of eth0 is 1400, current value is 1300"),
        Chain("CHECK of promiscuous mode that is off", "\"promisc\": true").InPod(1, "ip", "link", "set", "eth0", "promisc", "off")
            .Check().Fails(999, "Error: Tuning link eth0 configured promisc is true, current value is 0"),
        Chain("CHECK of promiscuous mode that is on", null).InPod(1, "ip", "link", "set", "eth0", "promisc", "on")
            .Check().Fails(999, "Error: Tuning link eth0 configured promisc is false, current value is 1"),
        Chain("CHECK of a hardware address that changed", $"\"mac\": \"{Mac}\"").InPod(1, "ip", "link", "set", "eth0", "address", "02:00:5e:00:53:07")
            .Check().Fails(999, $"Error: Tuning configured Ethernet of eth0 is {Mac}, current value is 02:00:5e:00:53:07"),
        Chain("CHECK of all-multicast mode that changed", "\"allmulti\": true").InPod(1, "ip", "link", "set", "eth0", "allmulticast", "off")
            .Check().Fails(999, "Error: Tuning configured all-multicast mode of eth0 is true, current value is false").Differs("error/msg", "the reference prints an address in memory"),
    ];

    private static IEnumerable<Case> Removal =>
    [
        Chain("DEL without a namespace", "\"mtu\": 1400").Del(pod: null).Delete(),
        Chain("DEL after the main plugin's", "\"mtu\": 1400").Delete().Del(),
        new Case("tuning", "DEL of what was never added", Tuning("\"mtu\": 1400")).Del().Del(),
        Chain("DEL without the previous result", "\"mtu\": 1400").Call(new Step(StepKind.Plugin, "DEL") { WithoutPrevResult = true }).Sees($"{Eth0}/mtu", "1500").Delete(),
        Chain("DEL sets sysctls again", Sysctl("net.ipv4.conf.IFNAME.rp_filter", "2")).Del().Sees("pod1/sysctl/net/ipv4/conf/eth0/rp_filter", "0")
            .Differs("pod1/sysctl/net/ipv4/conf/eth0/rp_filter", Sysctls).Delete(),
        Chain("ADD again keeps what was before the first", "\"mtu\": 1400").Next(config: Tuning("\"mtu\": 1300")).Sees($"{Eth0}/mtu", "1300").Del().Sees($"{Eth0}/mtu", "1500")
            .Delete().OursAlone("the reference then sets what the first ADD had set"),
    ];

    private static IEnumerable<Case> Errors =>
    [
        new Case("tuning", "without a previous result", Tuning("\"mtu\": 1400")).Add().Fails(999, "Required prevResult missing").Check().Fails(999, "Required prevResult missing"),
        Refused("a sysctl of the kernel", Sysctl("kernel.hostname", "x"), "invalid net sysctl key: \"kernel.hostname\""),
        Refused("a sysctl that leads out", Sysctl("net/../kernel/hostname", "x"), "kernel/hostname").Differs("error/msg", "the dots are separators: there is no such value"),
        Refused("a sysctl that is none", Sysctl("net.ipv4.nope", "1"), "open /proc/sys/net/ipv4/nope: no such file or directory"),
        Refused("a value that the kernel refuses", Sysctl("net.ipv4.ip_forward", "x"), "write /proc/sys/net/ipv4/ip_forward: invalid argument"),
        Refused("a hardware address that is none", "\"mac\": \"ten\"", "invalid args ten for MAC addr: address ten: invalid MAC address"),
        Refused("an MTU that the kernel refuses", "\"mtu\": 60", ""),
        Chain("a later setting that the kernel refuses", $"\"mac\": \"{Mac}\", \"promisc\": true, \"mtu\": 60").Fails(999).Sees($"{Eth0}/mtu", "1500").Sees($"{Eth0}/promiscuity", "0").Delete().LeavesNothing(),
        Refused("an MTU of another type", "\"mtu\": \"1400\"", "failed to load netconf: json: cannot unmarshal string into Go struct field"),
        Refused("sysctls of another type", "\"sysctl\": [\"net.ipv4.ip_forward\"]", "failed to load netconf: json: cannot unmarshal array into Go struct field"),
        Refused("a sysctl's value of another type", "\"sysctl\": {\"net.ipv4.ip_forward\": 1}", "failed to load netconf: json: cannot unmarshal number into Go struct field"),
        Chain("an interface that is missing", "\"mtu\": 1400", addIt: false).Add(ifName: "eth7", config: Tuning($"\"mtu\": 1400, {Previous}")).Fails(999, "failed to get \"eth7\": Link not found").Delete(),
        new Case("tuning", "a namespace that is gone", Tuning($"\"mtu\": 1400, {Previous}")).Call(new Step(StepKind.Plugin, "ADD") { Netns = "$SCRATCH/none" }).Fails(999, "failed to Statfs \"")
            .Call(new Step(StepKind.Plugin, "DEL") { Netns = "$SCRATCH/none" }),
    ];

    private static IEnumerable<Case> Later =>
    [
        Chain("a transmit queue", "\"txQLen\": 50").Sees($"{Eth0}/txqlen", "50").Check().Del().Sees($"{Eth0}/txqlen", "1000").Delete().OursAlone(Old),
        Chain("a transmit queue of args", "\"args\": {\"cni\": {\"txQLen\": 3}}").Sees($"{Eth0}/txqlen", "3").Check().Del().Delete().OursAlone(Old),
        Refused("sysctls written twice", "\"sysctl\": {\"net.ipv4.ip_forward\": \"1\", \"net.ipv4.ip_forward\": \"0\"}", "duplicated sysctl keys are not allowed").OursAlone(Old),
        Chain("sysctls of args without any configured", "\"args\": {\"cni\": {\"sysctl\": {\"net.ipv4.ip_forward\": \"1\"}}}").Sees("pod1/sysctl/net/ipv4/ip_forward", "1").Delete().OursAlone("the reference crashes"),
        Chain("CHECK of a sysctl of the interface", Sysctl("net.ipv4.conf.IFNAME.rp_filter", "2")).Check().Delete().OursAlone("1.1.1 does not put the name in at CHECK"),
        Chain("STATUS and GC", "\"mtu\": 1400", "1.1.0").Call(Whole("STATUS", null)).Call(Whole("GC", null)).Sees($"{Eth0}/mtu", "1400")
            .Call(Whole("GC", "\"cni.dev/valid-attachments\": [{\"containerID\": \"c1\", \"ifname\": \"eth0\"}]")).Sees($"{Eth0}/mtu", "1400")
            .Call(Whole("GC", "\"cni.dev/valid-attachments\": []")).Sees($"{Eth0}/mtu", "1500").Delete().OursAlone("1.1.1 knows neither"),
        Chain("GC of another network", "\"mtu\": 1400", "1.1.0")
            .Call(new Step(StepKind.Plugin, "GC") { Id = null, Pod = null, IfName = null, Config = Network("tuning", "\"dataDir\": \"$DATA/tuning\", \"cni.dev/valid-attachments\": []", null, "1.1.0", "net2") })
            .Sees($"{Eth0}/mtu", "1400").Del().Sees($"{Eth0}/mtu", "1500").Delete().OursAlone("1.1.1 knows no GC"),
    ];

    private const string Previous = """
        "prevResult": {"cniVersion": "1.0.0", "interfaces": [{"name": "eth0"}]}
        """;

    /// <summary>bridge, then tuning with what bridge answered.</summary>
    private static Case Chain(string name, string? fields, string version = "1.0.0", string? args = null, string? ipam = "", bool addIt = true)
    {
        Case chain = new Case("tuning", name, Tuning(fields, version)).Add(plugin: "bridge", config: Bridge(version: version, ipam: ipam));
        return !addIt ? chain : chain.Call(new Step(StepKind.Plugin, "ADD") { IsChained = true, Args = args });
    }

    private static Case Delete(this Case given) => given.Del(plugin: "bridge", config: Bridge());

    private static Case Refused(string name, string fields, string text) => Chain(name, fields).Fails(999, text).Delete();

    private static Case LeavesNothing(this Case given) => given.Differs("pod1/link/eth0/*", Failed);

    private static Step Whole(string command, string? fields) => new(StepKind.Plugin, command) { Id = null, Pod = null, IfName = null, Config = Tuning(fields, "1.1.0") };

    private static string Sysctl(string key, string value) => $"\"sysctl\": {{\"{key}\": \"{value}\"}}";

    private static string Tuning(string? fields, string version = "1.0.0") =>
        Network("tuning", $"\"capabilities\": {{\"mac\": true}}, \"dataDir\": \"$DATA/tuning\"{(fields is null ? "" : ", " + fields)}", null, version, "net1");
}
