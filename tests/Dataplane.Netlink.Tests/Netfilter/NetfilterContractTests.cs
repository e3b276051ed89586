using Dataplane.Interop.Tests;
using Dataplane.Netlink.Netfilter;

namespace Dataplane.Netlink.Tests;

/// <summary>Numbers and offsets against the kernel's headers.</summary>
public sealed class NetfilterContractTests
{
    // libnftnl's number is no header of the kernel's; the message types are the subsystem's.
    private static readonly Dictionary<string, string> s_names = new[]
    {
        "NEWTABLE", "GETTABLE", "DELTABLE", "NEWCHAIN", "GETCHAIN", "DELCHAIN", "NEWRULE", "GETRULE", "DELRULE", "NEWGEN", "GETGEN",
    }.ToDictionary(static name => "NFT_MSG_" + name, static name => $"(NFNL_SUBSYS_NFTABLES << 8) | NFT_MSG_{name}")
        .Append(new("NFTNL_UDATA_RULE_COMMENT", "0"))
        .Append(new("IPCTNL_MSG_CT_GET_STATS", "(NFNL_SUBSYS_CTNETLINK << 8) | IPCTNL_MSG_CT_GET_STATS")).ToDictionary();

    [Fact]
    public void Constants_are_those_of_the_headers() =>
        CProgram.AssertConstants(
            typeof(NftConstants),
            ["sys/socket.h", "linux/netlink.h", "linux/netfilter/nfnetlink.h", "linux/netfilter/nf_tables.h", "linux/netfilter/nfnetlink_conntrack.h"],
            s_names);

    [Theory]
    [InlineData("IPv4", "ipt", "linux/netfilter_ipv4/ip_tables.h")]
    [InlineData("IPv6", "ip6t", "linux/netfilter_ipv6/ip6_tables.h")]
    public void Offsets_of_iptables_legacy_are_those_of_the_headers(string family, string prefix, string header)
    {
        LegacyFamily told = family == "IPv4" ? LegacyFamily.Ip : LegacyFamily.Ip6;
        Dictionary<string, long> expected = new()
        {
            [$"sizeof(struct {prefix}_entry)"] = told.EntrySize,
            [$"offsetof(struct {prefix}_entry, target_offset)"] = told.NextOffset - 2,
            [$"offsetof(struct {prefix}_entry, next_offset)"] = told.NextOffset,
            [$"sizeof(struct {prefix}_getinfo)"] = 84,
            [$"offsetof(struct {prefix}_getinfo, size)"] = 80,
            [$"offsetof(struct {prefix}_get_entries, entrytable)"] = 40,
            [$"offsetof(struct {prefix}_get_entries, size)"] = 32,
            [$"offsetof(struct {prefix}_replace, num_entries)"] = 36,
            [$"offsetof(struct {prefix}_replace, hook_entry)"] = 44,
            [$"offsetof(struct {prefix}_replace, underflow)"] = 64,
            [$"offsetof(struct {prefix}_replace, num_counters)"] = 84,
            [$"offsetof(struct {prefix}_replace, counters)"] = 88,
            [$"offsetof(struct {prefix}_replace, entries)"] = 96,
            ["offsetof(struct xt_counters_info, counters)"] = 40,
            ["sizeof(struct xt_counters)"] = 16,
            ["offsetof(struct xt_entry_target, u.user.name)"] = 2,
            ["offsetof(struct xt_standard_target, verdict)"] = 32,
            ["offsetof(struct xt_error_target, errorname)"] = 32,
            [$"{prefix.ToUpperInvariant()}_SO_GET_INFO"] = 64,
            [$"{prefix.ToUpperInvariant()}_SO_GET_ENTRIES"] = 65,
            [$"{prefix.ToUpperInvariant()}_SO_SET_REPLACE"] = 64,
            [$"{prefix.ToUpperInvariant()}_SO_SET_ADD_COUNTERS"] = 65,
            ["NF_INET_NUMHOOKS"] = LegacyTable.Hooks,
        };
        Assert.Equal(expected, CProgram.Evaluate(["stddef.h", "netinet/in.h", header], [.. expected.Keys]));
    }
}
