using static Dataplane.Conformance.Tests.Conf;

namespace Dataplane.Conformance.Tests;

/// <summary>tap: every field of its configuration. The reference that is installed here has no such plugin: the cases hold what the specification says.</summary>
internal static class TapCases
{
    public static IEnumerable<Case> All => ((IEnumerable<Case>)
    [
        new Case("tap", "a device without IPAM", Net(null, null)).Add().Sees("pod1/link/eth0/kind", "tun").Sees("pod1/link/eth0/data/type", "tap")
            .Sees("pod1/link/eth0/data/persist", "True").Sees("pod1/link/eth0/data/multi_queue", "False").Sees("pod1/link/eth0/data/vnet_hdr", "False")
            .Check().Del().SeesNo("pod1/link/eth0/kind").Del(),
        new Case("tap", "an address", Net()).Add().Sees("pod1/link/eth0/address/10.1.2.2/24", "broadcast=10.1.2.255 scope=global").Check().Del().SeesNo("pod1/link/eth0/kind").Del(),
        new Case("tap", "dual stack with routes", Net(null, HostLocal($$"""
            "ranges": [[{"subnet": "{{V4}}"}], [{"subnet": "{{V6}}"}]], "routes": [{"dst": "0.0.0.0/0"}]
            """))).Add().Check().Del(),
        new Case("tap", "owner and group", Net("\"owner\": 0, \"group\": 4712", null)).Add().Sees("pod1/link/eth0/data/user", "root").Sees("pod1/link/eth0/data/group", "4712")
            .Sees("pod1/link/eth0/data/vnet_hdr", "True").Check().Del(),
        new Case("tap", "owner alone", Net("\"owner\": 4711", null)).Add().Sees("pod1/link/eth0/data/user", "4711").SeesNo("pod1/link/eth0/data/group").Del(),
        new Case("tap", "multiQueue", Net("\"multiQueue\": true", null)).Add().Sees("pod1/link/eth0/data/multi_queue", "True").Check().Del(),
        new Case("tap", "mtu and mac", Net("\"mtu\": 1300, \"mac\": \"c2:11:22:33:44:55\"", null)).Add().Sees("pod1/link/eth0/mtu", "1300").Sees("pod1/link/eth0/mac", "c2:11:22:33:44:55").Check().Del(),
        new Case("tap", "MAC of CNI_ARGS and of the runtime", Net("\"mac\": \"c2:11:22:33:44:55\", \"runtimeConfig\": {\"mac\": \"c2:11:22:33:44:77\"}", null))
            .Add(args: "MAC=c2:11:22:33:44:66").Sees("pod1/link/eth0/mac", "c2:11:22:33:44:77").Del(),
        new Case("tap", "a port of a bridge in the container", Net("\"bridge\": \"br0\"", null)).InPod(1, "ip", "link", "add", "br0", "type", "bridge")
            .Add().Sees("pod1/link/eth0/master", "br0").Check().Del(),
        new Case("tap", "a bridge that is not there", Net("\"bridge\": \"br0\"", null)).Add().Fails(999, "failed to get bridge br0", leavesNothing: true),
        new Case("tap", "a selinuxContext where there is no SELinux", Net("\"selinuxContext\": \"system_u:system_r:container_t:s0\"", null)).Add().Sees("pod1/link/eth0/kind", "tun").Del(),
        new Case("tap", "args are ignored", Net("\"args\": {\"cni\": {\"mac\": \"c2:11:22:33:44:99\"}}", null)).Add().Del(),
        new Case("tap", "a mac that no device may have", Net("\"mac\": \"01:00:5e:00:00:01\"")).Add().Fails(999, "failed to create tap", leavesNothing: true),
        new Case("tap", "an mtu that no device may have", Net("\"mtu\": 1")).Add().Fails(999, "failed to create tap", leavesNothing: true),
        new Case("tap", "an owner that is none", Net("\"owner\": -1")).Add().Fails(999, "failed to load netconf", leavesNothing: true),
        new Case("tap", "the interface is there already", Net()).InPod(1, "ip", "tuntap", "add", "mode", "tap", "name", "eth0")
            .Add().Fails(999, "already").Sees("pod1/link/eth0/kind", "tun").SeesNo("lease/net1/10.1.2.2"),
        new Case("tap", "ADD twice is refused", Net()).Add().Add().Fails(999, "already").Del(),
        new Case("tap", "DEL without a namespace", Net()).Add().Del(pod: null).SeesNo("pod1/link/eth0/kind").Del(),
        new Case("tap", "CHECK misses the interface", Net()).Add().InPod(1, "ip", "link", "delete", "eth0").Check().Fails(999, "not found").Del(),
        new Case("tap", "STATUS and GC", Net(version: "1.1.0")).Call(Call("STATUS")).Add()
            .Call(Call("GC") with { Config = Net("\"cni.dev/valid-attachments\": []", version: "1.1.0") }).SeesNo("pod1/link/eth0/kind"),
    ]).Select(static given => given.OursAlone("the reference installed here, 1.1.1, has no tap"));

    private static string Net(string? fields = null, string? ipam = "", string version = "1.0.0") =>
        Network("tap", fields, ipam == "" ? Ranges(V4) : ipam, version, "net1");

    private static Step Call(string command) => new(StepKind.Plugin, command) { Id = null, Pod = null, IfName = null };
}
