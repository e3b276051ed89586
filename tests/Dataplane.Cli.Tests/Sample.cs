using Dataplane.Cli.Rows;

namespace Dataplane.Cli.Tests;

/// <summary>Reports as a small node would give them.</summary>
internal static class Sample
{
    public static EndpointRow Web { get; } = new()
    {
        Device = "veth4f6f2e1c",
        Ifindex = 7,
        ContainerId = "3f1c9a5d0b7e4c2a8f6d1e0b9c8a7d6e5f4c3b2a1908f7e6d5c4b3a291807f6e",
        Ifname = "eth0",
        Network = "mynet",
        Plugin = "bridge",
        Addresses = ["10.22.0.2", "fd00:22::2"],
        Mac = "0a:58:0a:16:00:02",
        GatewayMac = "0a:58:0a:16:00:01",
        Mode = "l2",
        Domain = "cni0",
        DomainIfindex = 3,
        Mtu = 1500,
        Flags = [],
        Generation = 4,
    };

    /// <summary>A row whose device, bridge and record are gone.</summary>
    public static EndpointRow Orphan { get; } = new()
    {
        Device = "",
        Ifindex = 12,
        ContainerId = "",
        Ifname = "",
        Network = "",
        Plugin = "",
        Addresses = [],
        Mac = "0a:58:0a:16:00:09",
        GatewayMac = "",
        Mode = "l3",
        Domain = "",
        DomainIfindex = 12,
        Mtu = 9000,
        Flags = ["fastpath_off", "mac_check"],
        Generation = 11,
    };

    public static FlowRow Fast { get; } = new()
    {
        Protocol = "tcp",
        State = FlowStateNames.Fast,
        Original = new FlowTuple("10.22.0.3", 41000, "10.22.0.2", 80),
        Reply = new FlowTuple("10.22.0.2", 80, "10.22.0.3", 41000),
        SourceDevice = new FlowDevice("veth0b0b0b0b", 8, 5),
        DestinationDevice = new FlowDevice("veth4f6f2e1c", 7, 4),
        AgeSeconds = 62.25,
        IdleSeconds = 0.5,
        Tcp = ["fin_original"],
    };

    public static FlowRow Candidate { get; } = new()
    {
        Protocol = "udp",
        State = FlowStateNames.Candidate,
        Original = new FlowTuple("fd00:22::2", 5353, "2001:db8::53", 53),
        Reply = new FlowTuple("2001:db8::53", 53, "fd00:22::2", 5353),
        SourceDevice = new FlowDevice("veth4f6f2e1c", 7, 4),
        DestinationDevice = new FlowDevice("", 0, 0),
        AgeSeconds = 3,
        IdleSeconds = 3,
        Tcp = [],
    };

    /// <summary>A masqueraded pod's, known at both ends.</summary>
    public static FlowRow Out { get; } = new()
    {
        Protocol = "tcp",
        State = FlowStateNames.Fast,
        Original = new FlowTuple("10.22.0.2", 40000, "198.51.100.7", 443),
        Reply = new FlowTuple("198.51.100.7", 443, "192.0.2.10", 40000),
        SourceDevice = new FlowDevice("veth4f6f2e1c", 7, 4),
        DestinationDevice = new FlowDevice("eth0", 2, 1, Uplink: true),
        AgeSeconds = 5,
        IdleSeconds = 1,
        Tcp = [],
    };

    public static NatConnection Masqueraded { get; } = new()
    {
        Protocol = "tcp",
        Kind = NatKindNames.Masquerade,
        State = NatStateNames.Replied,
        Inside = new FlowTuple("10.22.0.2", 40000, "198.51.100.7", 443),
        Outside = new FlowTuple("192.0.2.10", 40000, "198.51.100.7", 443),
        ContainerId = Web.ContainerId,
        Ifname = "eth0",
        SourceDevice = new FlowDevice("veth4f6f2e1c", 7, 4),
        DestinationDevice = new FlowDevice("", 0, 0),
        IdleSeconds = 1.5,
        Tcp = ["fin_original"],
        Halves = 2,
    };

    public static NatConnection ThroughHostPort { get; } = new()
    {
        Protocol = "udp",
        Kind = NatKindNames.HostPort,
        State = NatStateNames.New,
        Inside = new FlowTuple("2001:db8::7", 5000, "fd00:22::2", 53),
        Outside = new FlowTuple("2001:db8::7", 5000, "2001:db8::1", 8053),
        ContainerId = "dns",
        Ifname = "eth0",
        SourceDevice = new FlowDevice("", 0, 0),
        DestinationDevice = new FlowDevice("veth0b0b0b0b", 8, 5),
        IdleSeconds = 65,
        Tcp = [],
        Halves = 1,
    };

    public static HostPortMapping Mapping { get; } = new()
    {
        HostAddress = "0.0.0.0",
        HostPort = 8080,
        Protocol = "tcp",
        PodAddress = "10.22.0.2",
        PodPort = 80,
        Conditions = ["not source 10.0.0.0/8", "device eth0"],
        Flags = ["snat"],
        State = HostPortStateNames.Alive,
        ContainerId = Web.ContainerId,
        Ifname = "eth0",
        Device = "veth4f6f2e1c",
        Ifindex = 7,
        Generation = 4,
    };

    /// <summary>A row whose owner is gone.</summary>
    public static HostPortMapping DeadMapping { get; } = Mapping with
    {
        HostAddress = "2001:db8::1",
        HostPort = 53,
        Protocol = "udp",
        PodAddress = "fd00:22::9",
        PodPort = 5353,
        Conditions = [],
        Flags = [],
        State = HostPortStateNames.Dead,
        ContainerId = "",
        Ifname = "",
        Device = "",
        Ifindex = 12,
    };

    public static MasqueradeRow Masquerade { get; } = new()
    {
        Device = "veth4f6f2e1c",
        Ifindex = 7,
        ContainerId = Web.ContainerId,
        Ifname = "eth0",
        Network = "mynet",
        Addresses = ["10.22.0.2"],
        Masqueraded = true,
        PortMin = 32768,
        PortMax = 65535,
        LinkLocal = false,
        Exclusions = ["10.22.0.0/16", "172.16.0.0/12"],
    };

    public static MasqueradeReport Explanation { get; } = new()
    {
        Pod = "10.22.0.2",
        Destination = "198.51.100.7",
        Verdict = "masqueraded",
        Reason = "packets leave eth0 as 192.0.2.10",
        Endpoint = "veth4f6f2e1c",
        Device = "eth0",
        Gateway = "192.0.2.1",
        Route = "0.0.0.0/0",
        Table = 254,
        SourceAddress = "192.0.2.10",
        DefaultSourceAddress = "192.0.2.10",
        Exclusion = "",
        PortMin = 32768,
        PortMax = 65535,
    };

    public static BandwidthRow Limit { get; } = new()
    {
        Device = "veth4f6f2e1c",
        Ifindex = 7,
        ContainerId = Web.ContainerId,
        Ifname = "eth0",
        Network = "mynet",
        Direction = "ingress",
        RateBits = 100_000_000,
        BurstBits = 10_000_000,
        Engine = "edt",
        State = LimitStateNames.Kept,
        Qdisc = "fq",
        Program = "to_pod",
        UnshapedSubnets = ["10.0.0.0/8"],
        ShapedSubnets = [],
        PassedPackets = 70000,
        PassedBytes = 104_857_600,
        Delayed = 69000,
        Marked = 12,
        Dropped = 3,
        Guarded = 0,
        BacklogBytes = 30280,
        BacklogPackets = 20,
        Generation = 4,
    };

    /// <summary>A limit whose container is gone.</summary>
    public static BandwidthRow DeadLimit { get; } = Limit with
    {
        Device = "",
        Ifindex = 12,
        ContainerId = "",
        Ifname = "",
        Network = "",
        Direction = "egress",
        Engine = "tbf",
        State = LimitStateNames.Dead,
        Qdisc = "",
        Program = "",
        UnshapedSubnets = [],
        PassedPackets = 0,
        PassedBytes = 0,
        Delayed = 0,
        Marked = 0,
        Dropped = 0,
        BacklogBytes = 0,
        BacklogPackets = 0,
    };

    public static UplinkRow Uplink { get; } = new()
    {
        Device = "eth0",
        Ifindex = 2,
        Role = UplinkRoleNames.Uplink,
        ShouldBeUplink = true,
        Reason = "a default route leaves by it",
        Source4 = "192.0.2.10",
        Source6 = "",
        L3 = false,
        Hook = "tcx",
        Generation = 1,
    };

    public static UplinkRow Bridge { get; } = Uplink with
    {
        Device = "cni0",
        Ifindex = 3,
        Role = UplinkRoleNames.Domain,
        ShouldBeUplink = false,
        Reason = "containers' addresses are on its link",
        Source4 = "",
        Hook = "",
        Generation = 0,
    };

    public static DropSummary Dropped { get; } = new(
        "drop_nat_ports",
        "every port is taken",
        3,
        180,
        new DroppedPacket(75.5, "tcp", new FlowTuple("10.22.0.2", 40000, "198.51.100.7", 443), "eth0", 2, 60));

    public static StatusReport Status { get; } = new()
    {
        Node = 4711,
        Present = true,
        Abi = 1,
        Build = new string('a', 64),
        ExecutableBuild = new string('a', 64),
        PinDirectory = "/sys/fs/bpf/dataplane/4711/v1",
        FastPath = "partly",
        FastPathOffEndpoints = 1,
        Endpoints = 2,
        Uplinks = [],
        Programs =
        [
            new ProgramRow { Name = "from_pod", Id = 31, Tag = "0123456789abcdef", LoadedAt = new DateTime(2025, 1, 2, 3, 4, 5, DateTimeKind.Utc), ThisBuild = true, AttachedTo = 2 },
            new ProgramRow { Name = "to_pod", Id = 32, Tag = "fedcba9876543210", LoadedAt = new DateTime(2025, 1, 2, 3, 4, 5, DateTimeKind.Utc), ThisBuild = true, AttachedTo = 1 },
        ],
        Maps = [new MapRow("endpoints", 5, "hash", 2, 16384), new MapRow("flows4", 7, "lru_hash", 49152, 65536)],
        Sweep = new SweepReport(12.5, 1000, 17, 42),
        Bandwidth = new BandwidthSummary("edt", 2, 1, 2, 1),
    };

    public static DoctorReport Sick { get; } = new(false,
    [
        new Finding("kernel", "bpf_redirect_peer", Verdict.Ok, "works"),
        new Finding("litter", "veth4f6f2e1c", Verdict.Warning, "is attached twice; run GC"),
        new Finding("programs", "from_pod", Verdict.Broken, "is not pinned; attach a container again"),
    ]);

    public static UnloadReport Refused { get; } = new()
    {
        Node = 4,
        Present = true,
        Unloaded = false,
        Attached = [new AttachedRow("web", "eth0", "mynet", "bridge", "veth4f6f2e1c", false)],
        Uplinks = [],
        SocketPrograms = 0,
        Programs = 0,
        Maps = 0,
        Records = 0,
        PinDirectory = "/sys/fs/bpf/dataplane/4",
        RunDirectory = "/run/dataplane/4",
    };
}
