using System.Net;
using System.Text;
using Dataplane.Abi;
using Dataplane.Bpf;
using Dataplane.Cli.Doctor;
using Dataplane.Cli.Readers;
using Dataplane.Cli.Rows;
using Dataplane.Engine;

namespace Dataplane.Cli.Tests;

/// <summary>Nodes in disorder, made by hand, and what doctor finds.</summary>
public sealed class DoctorTests
{
    private static readonly Dictionary<uint, string> s_devices = new() { [3] = "cni0", [7] = "veth7" };
    private static readonly Dictionary<uint, Endpoint> s_endpoints = new() { [7] = new Endpoint { Generation = 4, Domain = 3 } };
    private static readonly (AddressKey Key, AddressRow Value)[] s_addresses = [Address(3, "10.0.0.2", 7, 4)];

    [Fact]
    public void What_belongs_together_is_one_ok()
    {
        Finding finding = Assert.Single(LitterChecks.Of([Record("web", "veth7", 7, 4)], s_endpoints, s_addresses, s_devices));
        Assert.Equal(Verdict.Ok, finding.Verdict);
        Assert.Equal("1 attachment record and 1 endpoint row belong together", finding.Message);
    }

    [Fact]
    public void A_record_whose_device_is_gone() =>
        AssertOne(LitterChecks.Of([Record("web", "veth7", 7, 4), Record("old", "veth9", 9, 2)], s_endpoints, s_addresses, s_devices),
            Verdict.Warning, "record old:eth0", "device veth9 is gone");

    [Fact]
    public void A_record_of_an_ADD_that_did_not_end() =>
        AssertOne(LitterChecks.Of([Record("web", "veth7", 7, 4), Record("half", "veth8", 8, 5, done: false)], s_endpoints, s_addresses, s_devices),
            Verdict.Warning, "record half:eth0", "killed half-way");

    [Fact]
    public void A_record_that_says_nothing() =>
        AssertOne(LitterChecks.Of([Record("web", "veth7", 7, 4), new NamedRecord("torn:eth0", null)], s_endpoints, s_addresses, s_devices),
            Verdict.Warning, "record torn:eth0", "says nothing");

    [Fact]
    public void A_container_without_row_is_broken() =>
        AssertOne(LitterChecks.Of([Record("web", "veth7", 7, 4)], new Dictionary<uint, Endpoint>(), [], s_devices),
            Verdict.Broken, "record web:eth0", "no row in the map of endpoints");

    [Fact]
    public void A_row_of_another_generation_is_not_the_container_s() =>
        Assert.Contains(LitterChecks.Of([Record("web", "veth7", 7, 9)], s_endpoints, s_addresses, s_devices), f => f is { Verdict: Verdict.Broken, Subject: "record web:eth0" });

    [Fact]
    public void A_row_of_a_device_that_is_gone() =>
        AssertOne(LitterChecks.Of([], s_endpoints, s_addresses, new Dictionary<uint, string> { [3] = "cni0" }),
            Verdict.Warning, "endpoint 7", "device that is gone");

    [Fact]
    public void A_row_that_nobody_will_remove() =>
        AssertOne(LitterChecks.Of([], s_endpoints, s_addresses, s_devices), Verdict.Warning, "endpoint 7 (veth7)", "no attachment record");

    [Fact]
    public void An_address_on_any_domain_is_its_owner_s() =>
        Assert.Equal(Verdict.Ok, Assert.Single(LitterChecks.Of([Record("web", "veth7", 7, 4)], s_endpoints, [.. s_addresses, Address(0, "10.0.0.2", 7, 4)], s_devices)).Verdict);

    [Theory]
    [InlineData(3, 7, 3)] // another generation
    [InlineData(3, 8, 4)] // another device
    [InlineData(5, 7, 4)] // another domain
    public void An_address_of_nobody(uint domain, uint ifindex, uint generation) =>
        AssertOne(LitterChecks.Of([Record("web", "veth7", 7, 4)], s_endpoints, [.. s_addresses, Address(domain, "10.0.0.9", ifindex, generation)], s_devices),
            Verdict.Warning, domain == 3 ? "address 10.0.0.9 on cni0" : "address 10.0.0.9 on device 5", "endpoint that is gone");

    [Fact]
    public void Programs_on_every_endpoint_are_one_ok()
    {
        Finding finding = Assert.Single(ProgramChecks.Attached([new EndpointFilters(7, [31], [32])], s_devices, fromPod: 31, toPod: 32));
        Assert.Equal((Verdict.Ok, "run on 1 endpoint"), (finding.Verdict, finding.Message));
    }

    [Theory]
    [InlineData(31, 99, "does not run the node's to_pod")]
    [InlineData(99, 32, "does not run the node's from_pod")]
    [InlineData(32, 31, "does not run the node's from_pod and to_pod")]
    public void A_device_with_foreign_filters_is_broken(uint ingress, uint egress, string sentence) =>
        AssertOne([.. ProgramChecks.Attached([new EndpointFilters(7, [ingress], [egress])], s_devices, fromPod: 31, toPod: 32)], Verdict.Broken, "veth7", sentence);

    [Fact]
    public void Forwarding_matters_where_endpoints_are_routed()
    {
        Assert.Equal(Verdict.Broken, SysctlChecks.Forwarding("net.ipv4.ip_forward", "0", 2).Verdict);
        Assert.Equal(Verdict.Ok, SysctlChecks.Forwarding("net.ipv4.ip_forward", "0", 0).Verdict);
        Assert.Equal(Verdict.Ok, SysctlChecks.Forwarding("net.ipv4.ip_forward", "1", 2).Verdict);
        Assert.Equal(Verdict.Ok, SysctlChecks.Forwarding("net.ipv6.conf.all.forwarding", null, 0).Verdict);
    }

    [Fact]
    public void Uplinks_that_run_the_programs_are_one_ok()
    {
        Finding finding = Assert.Single(UplinkChecks.Of([Sample.Uplink, Sample.Bridge], masqueraded: 1));
        Assert.Equal((Verdict.Ok, "run on 1 uplink"), (finding.Verdict, finding.Message));
    }

    [Fact]
    public void An_uplink_without_the_node_s_programs_is_broken() =>
        AssertOne(UplinkChecks.Of([Sample.Uplink with { Hook = "" }], masqueraded: 1), Verdict.Broken, "eth0", "does not run the node's to_uplink and from_uplink");

    [Fact]
    public void A_row_of_a_device_that_vanished() =>
        AssertOne(UplinkChecks.Of([Sample.Uplink with { Device = "", Hook = "" }], masqueraded: 0), Verdict.Warning, "device 2", "device that is gone");

    [Theory]
    [InlineData(UplinkRoleNames.Uplink, false, "is an uplink, but a default route leaves by it")]
    [InlineData(UplinkRoleNames.Other, true, "is no uplink yet, but a default route leaves by it")]
    [InlineData(UplinkRoleNames.Unknown, true, "is no uplink yet")]
    public void What_a_refresh_would_change(string role, bool should, string sentence) =>
        AssertOne(UplinkChecks.Of([Sample.Uplink with { Role = role, ShouldBeUplink = should }], masqueraded: 1), Verdict.Warning, "eth0", sentence);

    [Theory]
    [InlineData(0, Verdict.Ok)]
    [InlineData(2, Verdict.Warning)]
    public void No_uplink_matters_where_endpoints_are_masqueraded(int masqueraded, string verdict) =>
        AssertOne(UplinkChecks.Of([Sample.Bridge], masqueraded), verdict, "uplinks", "are absent");

    [Theory]
    [InlineData("0", "1", 2)] // the larger of both counts
    [InlineData("1", "0", 2)]
    [InlineData("1", "2", 0)]
    [InlineData("0", null, 0)]
    public void A_strict_reverse_path_filter_matters_with_two_uplinks(string own, string? all, int findings)
    {
        Assert.Equal(findings, UplinkChecks.ReversePath([("eth0", own), ("eth1", own)], all).Count());
        Assert.Empty(UplinkChecks.ReversePath([("eth0", own)], all));
    }

    [Fact]
    public void Host_ports_of_the_dead_are_named()
    {
        Assert.Equal(Verdict.Ok, TranslationChecks.HostPorts([Sample.Mapping]).Verdict);
        Finding finding = TranslationChecks.HostPorts([Sample.Mapping, .. Enumerable.Repeat(Sample.DeadMapping, 5)]);
        Assert.Equal(Verdict.Warning, finding.Verdict);
        Assert.StartsWith("5 ports of containers that are gone ([2001:db8::1]:53/udp, [2001:db8::1]:53/udp, [2001:db8::1]:53/udp and 2 more)", finding.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, null, Verdict.Ok)]
    [InlineData(0, "x is not attached", Verdict.Ok)]
    [InlineData(2, null, Verdict.Ok)]
    [InlineData(2, "x is not attached", Verdict.Broken)]
    public void Sockets_matter_where_there_are_host_ports(int mappings, string? failure, string verdict) =>
        Assert.Equal(verdict, TranslationChecks.Sockets(mappings, failure).Verdict);

    [Fact]
    public void Exclusions_of_nobody()
    {
        Assert.Equal(Verdict.Ok, TranslationChecks.Exclusions([]).Verdict);
        AssertOne([TranslationChecks.Exclusions(["10.0.0.0/8"])], Verdict.Warning, "exclusions", "1 row of endpoints that are gone (10.0.0.0/8)");
    }

    [Theory]
    [InlineData(null, 0, 3600, Verdict.Ok)]
    [InlineData(null, 3, 3600, Verdict.Warning)]
    [InlineData(null, 3, 1, Verdict.Ok)] // just loaded
    [InlineData(1.0, 3, 3600, Verdict.Ok)]
    [InlineData(1800.0, 3, 3600, Verdict.Warning)]
    [InlineData(1800.0, 0, 3600, Verdict.Ok)]
    public void A_sweep_that_stopped_matters_while_connections_wait(double? lastRun, int waiting, int loaded, string verdict) =>
        Assert.Equal(verdict, TranslationChecks.Sweep(new SweepReport(lastRun, 10, 1, waiting), TimeSpan.FromSeconds(loaded)).Verdict);

    [Fact]
    public void The_engine_is_a_sentence()
    {
        Assert.Equal((Verdict.Ok, "engine"), (LimitChecks.Engine(hasFq: true).Verdict, LimitChecks.Engine(hasFq: true).Subject));
        Assert.StartsWith("is edt: ", LimitChecks.Engine(hasFq: true).Message, StringComparison.Ordinal);
        Assert.StartsWith("is tbf: this kernel has no qdisc fq", LimitChecks.Engine(hasFq: false).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_that_are_kept_are_one_ok()
    {
        Assert.Equal("are absent: no container has one", Assert.Single(LimitChecks.Limits([])).Message);
        Finding finding = Assert.Single(LimitChecks.Limits([Sample.Limit, Sample.Limit with { Engine = "tbf" }, Sample.DeadLimit]));
        Assert.Equal((Verdict.Ok, "2 limits are kept, 1 by edt, 1 by tbf"), (finding.Verdict, finding.Message));
    }

    [Theory]
    [InlineData(LimitStateNames.Unqueued, "ingress", "noqueue", Verdict.Broken, "has lost its queue, there is none: what the container gets is not limited to 100Mbit/s")]
    [InlineData(LimitStateNames.Unqueued, "egress", "pfifo", Verdict.Warning, "the qdisc pfifo is there instead: what the container sends too fast is dropped")]
    [InlineData(LimitStateNames.Unseen, "ingress", "fq", Verdict.Broken, "is not seen by to_pod")]
    [InlineData(LimitStateNames.Unseen, "egress", "fq", Verdict.Warning, "is not seen by pod_limit")]
    [InlineData(LimitStateNames.Unflagged, "ingress", "tbf", Verdict.Broken, "the fast path passes the queue by")]
    [InlineData(LimitStateNames.Unflagged, "egress", "tbf", Verdict.Warning, "nothing would hold the container back")]
    [InlineData(LimitStateNames.Differs, "ingress", "tbf", Verdict.Warning, "has a queue of another rate than 100Mbit/s")]
    [InlineData(LimitStateNames.Unknown, "egress", "", Verdict.Warning, "cannot be looked at")]
    public void A_limit_that_is_not_kept_is_named(string state, string direction, string qdisc, string verdict, string sentence) =>
        AssertOne(LimitChecks.Limits([Sample.Limit with { State = state, Direction = direction, Qdisc = qdisc }]), verdict, $"veth4f6f2e1c {direction}", sentence);

    [Fact]
    public void Limits_of_nobody()
    {
        Assert.Equal(Verdict.Ok, LimitChecks.Orphans([]).Verdict);
        AssertOne([LimitChecks.Orphans(["a", "b", "c", "d"])], Verdict.Warning, "rows", "4 rows of endpoints that are gone (a, b, c and 1 more)");
    }

    [Theory]
    [InlineData(true, true, "x: works", Verdict.Ok, "works")]
    [InlineData(false, true, "x: this kernel lacks it", Verdict.Broken, "this kernel lacks it")]
    [InlineData(false, false, "not permitted", Verdict.Warning, "not permitted")]
    public void A_feature_is_as_bad_as_it_is_needed(bool available, bool required, string sentence, string verdict, string message) =>
        Assert.Equal(new Finding("kernel", "x", verdict, message), KernelChecks.Of(new FeatureProbe("x", available, required, sentence)));

    [Fact]
    public void Mounts_are_found_by_type_and_place()
    {
        string[] both =
        [
            "24 30 0:22 / /sys/fs/bpf rw,nosuid shared:9 - bpf bpf rw,mode=700",
            "25 30 0:23 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw",
        ];
        Assert.Equal(["is mounted", "is mounted on /sys/fs/cgroup"], MountChecks.Of(both).Select(f => f.Message));

        Finding[] none = [.. MountChecks.Of(["26 30 0:24 / /sys/fs/bpf rw - tmpfs tmpfs rw"])];
        Assert.Equal([Verdict.Warning, Verdict.Ok], none.Select(f => f.Verdict));
    }

    private static void AssertOne(IReadOnlyList<Finding> findings, string verdict, string subject, string sentence)
    {
        Finding finding = Assert.Single(findings);
        Assert.Equal((verdict, subject), (finding.Verdict, finding.Subject));
        Assert.Contains(sentence, finding.Message, StringComparison.Ordinal);
    }

    private static NamedRecord Record(string container, string veth, int ifindex, uint generation, bool done = true)
    {
        string text = $"dataplane attachment 1\ncontainer {container}\nifname eth0\nnetwork mynet\nplugin bridge\nnetns /x\n\n"
            + $"veth {veth} 02:00:00:00:00:01\nendpoint {ifindex} {generation}\n" + (done ? "done\n" : "");
        return new NamedRecord($"{container}:eth0", AttachmentRecord.Parse(Encoding.UTF8.GetBytes(text)));
    }

    private static (AddressKey Key, AddressRow Value) Address(uint domain, string address, uint ifindex, uint generation)
    {
        var key = new AddressKey { Domain = domain };
        IPAddress.Parse(address).MapToIPv6().GetAddressBytes().CopyTo(key.Address);
        return (key, new AddressRow { Ifindex = ifindex, Generation = generation });
    }
}
