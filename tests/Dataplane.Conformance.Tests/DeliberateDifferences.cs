namespace Dataplane.Conformance.Tests;

/// <summary>Differences that hold in every case. docs/conformance.md lists them.</summary>
public static class DeliberateDifferences
{
    public static IReadOnlyList<Difference> All { get; } =
    [
        new("lease/*/mode", "files are 0600, as later reference plugins write them; 1.1.1 writes 0644"),
        new("*/txqlen", "the kernel's default, as with later reference plugins; 1.1.1 sets 0 by accident of its netlink library"),
        new("pod*/ndisc_notify", "1 on a macvlan and an ipvlan, as later reference plugins write it; 1.1.1 does not"),
        new("*/keep_addr_on_down", "1 on a pod's device with IPv6, as later reference plugins write it; 1.1.1 does not"),
        new("host/sysctl/net/ipv4/conf/*/route_localnet", "portmap's 127.0.0.1 works by sockets of the host, so nothing of 127/8 is routed; the reference routes it"),
        new("host/sysctl/net/ipv6/conf/veth*/disable_ipv6", "1 on a bridge's port, which has no use for an address of its own; with thousands of them the kernel's work for these slows ADD down"),
        new("host/sysctl/net/ipv6/conf/veth*/accept_ra", "not written on a bridge's port that has no IPv6"),
        new("lease/tuning*", "tuning's file of what was before says besides whose it is, and the sysctls; the directory is 0700"),
        new("*/address/*/nodad", "IPv6 addresses come with NODAD: usable at once, ADD never waits"),
    ];
}
