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
    };

    public static DoctorReport Sick { get; } = new(false,
    [
        new Finding("kernel", "bpf_redirect_peer", Verdict.Ok, "works"),
        new Finding("litter", "veth4f6f2e1c", Verdict.Warning, "is attached twice; run GC"),
        new Finding("programs", "from_pod", Verdict.Broken, "is not pinned; attach a container again"),
    ]);
}
