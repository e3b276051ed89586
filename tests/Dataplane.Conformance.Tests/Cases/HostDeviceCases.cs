using static Dataplane.Conformance.Tests.Conf;

namespace Dataplane.Conformance.Tests;

/// <summary>host-device: every field of its configuration. A tap device stands for a NIC: what it is does not depend on another end.</summary>
internal static class HostDeviceCases
{
    private const string NoIpamOnDel = "DEL without a namespace gives the address back; the reference returns before that, and the lease stays for good";
    private const string Idempotent = "DEL of what is not there (any more) succeeds, as the specification wants it; the reference fails";

    public static IEnumerable<Case> All =>
    [
        Nic(new Case("host-device", "a device by its name, without IPAM", Net(ipam: null))).Add().Check().Del().Sees("host/link/nic7/kind", "tun")
            .Differs("host/link/nic7/ifalias", AliasStays),
        Nic(new Case("host-device", "a device by its name, with an address", Net())).Add().Check().Del().Differs("host/link/nic7/ifalias", AliasStays),
        Nic(new Case("host-device", "IPv6 and routes", Net(ipam: HostLocal($$"""
            "ranges": [[{"subnet": "{{V4}}"}], [{"subnet": "{{V6}}"}]], "routes": [{"dst": "0.0.0.0/0"}, {"dst": "::/0"}]
            """)))).Add().Check().Del().Differs("host/link/nic7/ifalias", AliasStays)
            .Differs("pod1/link/eth0/address/2001:db8:1::2/64", NoCarrier).Differs("pod1/route6/local/2001:db8:1::2*", NoCarrier),
        .. ((string[])["0.1.0", "0.3.1", "0.4.0"]).Select(static version =>
            Nic(new Case("host-device", $"version {version}", Net(version: version))).Add().Del().Differs("host/link/nic7/ifalias", AliasStays)),
        Nic(new Case("host-device", "a device that was up", Net())).Host("ip", "link", "set", "nic7", "addrgenmode", "none", "up").Add().Del()
            .Differs("host/link/nic7/ifalias", AliasStays),
        Nic(new Case("host-device", "a device by its hardware address", Network("host-device", "\"hwaddr\": \"02:00:00:00:07:07\"", null, "1.0.0", "net1"))).Add().Check().Del()
            .Differs("host/link/nic7/ifalias", AliasStays),
        Nic(new Case("host-device", "a name wins over a hardware address", Net("\"hwaddr\": \"02:00:00:00:08:08\"", null))).Add().Del().Differs("host/link/nic7/ifalias", AliasStays),
        Nic(new Case("host-device", "dns of the configuration", Net("\"dns\": {\"nameservers\": [\"10.1.1.1\"]}"))).Add().Del().Differs("host/link/nic7/ifalias", AliasStays),
        new Case("host-device", "no device is named", Network("host-device", null, null, "1.0.0", "net1")).Add().Fails(999, "specify either \"device\", \"hwaddr\", \"kernelpath\" or \"pciBusID\""),
        new Case("host-device", "a device that is not there", Net(ipam: null)).Add().Fails(999, "failed to find host device", leavesNothing: true),
        new Case("host-device", "a hardware address that is none", Network("host-device", "\"hwaddr\": \"02:00\"", null, "1.0.0", "net1"))
            .Add().Fails(999, "failed to parse MAC address \"02:00\"", leavesNothing: true),
        new Case("host-device", "a hardware address that nobody has", Network("host-device", "\"hwaddr\": \"02:00:00:00:09:09\"", null, "1.0.0", "net1"))
            .Add().Fails(999, "failed to find physical interface", leavesNothing: true),
        new Case("host-device", "a kernelpath outside /sys/devices", Network("host-device", "\"kernelpath\": \"/tmp\"", null, "1.0.0", "net1"))
            .Add().Fails(999, "must be absolute and begin with /sys/devices/", leavesNothing: true),
        new Case("host-device", "a kernelpath without network devices", Network("host-device", "\"kernelpath\": \"/sys/devices/none\"", null, "1.0.0", "net1"))
            .Add().Fails(999, "failed to find network devices at \"/sys/devices/none/net\"", leavesNothing: true),
        new Case("host-device", "a PCI device that is not there", Network("host-device", "\"pciBusID\": \"0000:ff:1f.7\"", null, "1.0.0", "net1"))
            .Add().Fails(999, "no such file or directory", leavesNothing: true),
        Nic(new Case("host-device", "the container has a device of the interface's name", Net(ipam: null))).InPod(1, "ip", "link", "add", "eth0", "type", "bridge")
            .Add().Fails(999, leavesNothing: true).Sees("host/link/nic7/kind", "tun").SeesNo("host/link/nic7/ifalias").OursAlone("1.1.1 loses the device in the container"),
        Nic(new Case("host-device", "the container has a device of the host's name", Net(ipam: null))).InPod(1, "ip", "link", "add", "nic7", "type", "bridge")
            .Add().Sees("pod1/link/eth0/ifalias", "nic7").Check().Del().Sees("host/link/nic7/kind", "tun").SeesNo("host/link/nic7/ifalias").OursAlone("1.1.1 cannot move it"),
        Nic(new Case("host-device", "IPAM fails", Net(ipam: HostLocal("\"ranges\": [[{\"subnet\": \"10.1.2.0/30\"}]]")))).Add("c1", 1)
            .Host("ip", "tuntap", "add", "nic8", "mode", "tap").Host("ip", "link", "set", "nic8", "addrgenmode", "none", "up")
            .Add("c2", 2, config: Net(ipam: HostLocal("\"ranges\": [[{\"subnet\": \"10.1.2.0/30\"}]]"), device: "nic8"))
            .Fails(999, "no IP addresses available in range set", leavesNothing: true).OursAlone("1.1.1 leaves the device in the container")
            .Sees("host/link/nic8/kind", "tun").Sees("host/link/nic8/flags", "UP,BROADCAST,MULTICAST").SeesNo("host/link/nic8/ifalias").Del("c1", 1),
        Nic(new Case("host-device", "DEL while the host has another of its name", Net(ipam: null))).Add().Host("ip", "link", "add", "nic7", "type", "bridge")
            .Del().Fails(999, "file exists").Host("ip", "link", "delete", "nic7").Del()
            .Differs("host/link/nic7/ifalias", AliasStays),
        Nic(new Case("host-device", "DEL of a device that the container has renamed", Net())).Add().InPod(1, "ip", "link", "set", "eth0", "down")
            .InPod(1, "ip", "link", "set", "eth0", "name", "lan0").Del().Sees("host/link/nic7/kind", "tun").SeesNo("pod1/link/lan0/kind").SeesNo("host/link/nic7/ifalias")
            .OursAlone("the reference does not find it"),
        Nic(new Case("host-device", "DEL twice", Net())).Add().Del().Del().Differs("exit", Idempotent).Differs("error/code", Idempotent).Differs("stdout", Idempotent)
            .Differs("host/link/nic7/ifalias", AliasStays),
        Nic(new Case("host-device", "DEL without a namespace", Net())).Add().Del(pod: null).Sees("host/link/nic7/kind", "tun").SeesNo("pod1/link/eth0/kind")
            .OursAlone(NoIpamOnDel),
        Nic(new Case("host-device", "CHECK misses the device", Net())).Add().InPod(1, "ip", "link", "delete", "eth0").Check().Fails(999, "not found"),
        Nic(new Case("host-device", "CHECK misses the address", Net())).Add().InPod(1, "ip", "address", "flush", "dev", "eth0").Check().Fails(999).Del()
            .Differs("host/link/nic7/ifalias", AliasStays),
        Nic(new Case("host-device", "CHECK without prevResult", Net())).Add().Call(new Step(StepKind.Plugin, "CHECK") { WithoutPrevResult = true }).Fails(999, "prevResult missing"),
        new Case("host-device", "a runtime's device that is not there", Network("host-device", "\"runtimeConfig\": {\"deviceID\": \"0000:ff:1f.7\"}", null, "1.0.0", "net1"))
            .Add().Fails(999, "runtime config DeviceID 0000:ff:1f.7 not found or unsupported", leavesNothing: true).OursAlone(Old),
        Nic(new Case("host-device", "STATUS and GC", Net(version: "1.1.0"))).Call(Call("STATUS")).Add()
            .Call(Call("GC") with { Config = Net("\"cni.dev/valid-attachments\": []", version: "1.1.0") }).Sees("host/link/nic7/kind", "tun").SeesNo("pod1/link/eth0/kind")
            .OursAlone("1.1.1 knows versions up to 1.0.0"),
    ];

    private const string NoCarrier = "with NODAD the address is usable at once; the reference's stays tentative as long as the link has no carrier";

    private const string AliasStays = "the alias, which was ours to begin with, goes with the return; 1.1.1 leaves it";

    private static string Net(string? fields = null, string? ipam = "", string version = "1.0.0", string device = "nic7") =>
        Network("host-device", $"\"device\": \"{device}\"{(fields is null ? "" : ", " + fields)}", ipam == "" ? Ranges(V4) : ipam, version, "net1");

    private static Case Nic(Case given) => given
        .Host("ip", "tuntap", "add", "nic7", "mode", "tap").Host("ip", "link", "set", "nic7", "address", "02:00:00:00:07:07", "addrgenmode", "none");

    private static Step Call(string command) => new(StepKind.Plugin, command) { Id = null, Pod = null, IfName = null };
}
