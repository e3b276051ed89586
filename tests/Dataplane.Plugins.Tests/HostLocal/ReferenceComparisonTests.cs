using Dataplane.TestKit;
using static Dataplane.Plugins.Tests.HostLocal.Bed;

namespace Dataplane.Plugins.Tests.HostLocal;

/// <summary>
/// The same sequences of calls on the reference plugin and on ours: exit status, the result, an error's code and message, and the files
/// left. Results are compared without the order of members, which changed between releases of the reference for 1.0.0, as did an empty
/// <c>dns</c>. An error's details are ours: the reference has none.
/// </summary>
public class ReferenceComparisonTests
{
    private const string Pool = "\"subnet\":\"10.1.2.0/24\"";
    private const string Tiny = "\"subnet\":\"10.1.2.0/29\",\"rangeEnd\":\"10.1.2.3\"";
    private const string Dual = "\"ranges\":[[{\"subnet\":\"10.1.2.0/24\"}],[{\"subnet\":\"2001:db8:1::/64\"}]]";
    private const string TwoV4 = "\"ranges\":[[{\"subnet\":\"10.1.2.0/24\"}],[{\"subnet\":\"10.1.3.0/25\"}]]";

    public static TheoryData<string> Names => [.. Sequences.Keys];

    private static Dictionary<string, Step[]> Sequences { get; } = new()
    {
        // Configuration.
        ["no ipam"] = [Add("{\"cniVersion\":\"1.0.0\",\"name\":\"net\",\"type\":\"x\"}")],
        ["ipam null"] = [Add("{\"cniVersion\":\"1.0.0\",\"name\":\"net\",\"type\":\"x\",\"ipam\":null}")],
        ["no ranges"] = [Add(Conf("")), Del(Conf("")), Check(Conf(""))],
        ["empty ranges"] = [Add(Conf("\"ranges\":[]"))],
        ["empty set"] = [Add(Conf("\"ranges\":[[]]"))],
        ["range without subnet"] = [Add(Conf("\"ranges\":[[{}]]"))],
        ["second set empty"] = [Add(Conf("\"ranges\":[[{\"subnet\":\"10.1.2.0/24\"}],[]]"))],
        ["too small"] = [Add(Conf("\"subnet\":\"10.1.2.0/31\"")), Del(Conf("\"subnet\":\"10.1.2.0/31\""))],
        ["v6 too small"] = [Add(Conf("\"subnet\":\"2001:db8::/127\""))],
        ["host bits"] = [Add(Conf("\"subnet\":\"10.1.2.1/24\""))],
        ["subnet is no CIDR"] = [Add(Conf("\"subnet\":\"10.1.2.0\""))],
        ["subnet is empty"] = [Add(Conf("\"subnet\":\"\""))],
        ["subnet with leading zeros"] = [Add(Conf("\"subnet\":\"10.01.2.0/24\""))],
        ["subnet null"] = [Add(Conf("\"subnet\":null,\"ranges\":[[{\"subnet\":\"10.1.2.0/24\"}]]"))],
        ["mapped subnet"] = [Add(Conf("\"subnet\":\"::ffff:10.1.2.0/120\""))],
        ["start outside"] = [Add(Conf(Pool + ",\"rangeStart\":\"10.1.3.1\""))],
        ["end outside"] = [Add(Conf(Pool + ",\"rangeEnd\":\"10.1.3.1\""))],
        ["start after end"] = [Add(Conf(Pool + ",\"rangeStart\":\"10.1.2.9\",\"rangeEnd\":\"10.1.2.8\""))],
        ["start of the other family"] = [Add(Conf(Pool + ",\"rangeStart\":\"2001:db8::1\""))],
        ["end of the other family"] = [Add(Conf(Pool + ",\"rangeEnd\":\"2001:db8::1\""))],
        ["gateway of the other family"] = [Add(Conf(Pool + ",\"gateway\":\"2001:db8::1\""))],
        ["gateway outside"] = [Add(Conf(Pool + ",\"gateway\":\"192.0.2.1\""))],
        ["gateway empty"] = [Add(Conf(Pool + ",\"gateway\":\"\""))],
        ["gateway no address"] = [Add(Conf(Pool + ",\"gateway\":\"x\""))],
        ["whole subnet"] = [Add(Conf(Pool + ",\"rangeStart\":\"10.1.2.0\",\"rangeEnd\":\"10.1.2.255\""))],
        ["mixed families"] = [Add(Conf("\"ranges\":[[{\"subnet\":\"10.1.2.0/24\"},{\"subnet\":\"2001:db8::/64\"}]]"))],
        ["overlap in a set"] = [Add(Conf("\"ranges\":[[{\"subnet\":\"10.1.2.0/24\"},{\"subnet\":\"10.1.2.0/25\"}]]"))],
        ["overlap of sets"] = [Add(Conf("\"ranges\":[[{\"subnet\":\"10.1.2.0/24\"}],[{\"subnet\":\"10.1.2.0/25\"}]]"))],
        ["overlap of old form and set"] = [Add(Conf(Pool + ",\"ranges\":[[{\"subnet\":\"10.9.0.0/24\"}],[{\"subnet\":\"10.1.2.0/25\"}]]"))],
        ["old form and sets"] = [Add(Conf(Pool + ",\"ranges\":[[{\"subnet\":\"10.9.0.0/24\"}]]"))],
        ["two of a family in 0.2.0"] = [Add(Conf(TwoV4, version: "0.2.0")), Del(Conf(TwoV4, version: "0.2.0"))],
        ["two of a family in 0.1.0"] = [Add(Conf(TwoV4, version: "0.1.0"))],
        ["two of a family in 0.3.0"] = [Add(Conf(TwoV4, version: "0.3.0")), Del(Conf(TwoV4, version: "0.3.0"))],
        ["keys in any case"] = [Add(Conf("\"SUBNET\":\"10.1.2.0/24\",\"RangeSTART\":\"10.1.2.7\",\"GateWay\":\"10.1.2.254\""))],
        ["unknown keys"] = [Add(Conf(Pool + ",\"colour\":[1,{\"a\":null}]"))],

        // Versions of results.
        ["result 0.1.0"] = [Add(Conf(Dual + ",\"routes\":[{\"dst\":\"10.0.0.7/8\"},{\"dst\":\"::/0\",\"gw\":\"2001:db8:1::9\"}]", version: "0.1.0"))],
        ["result 0.2.0"] = [Add(Conf(Dual, version: "0.2.0")), Del(Conf(Dual, version: "0.2.0"))],
        ["result 0.3.1"] = [Add(Conf(Dual, version: "0.3.1")), Del(Conf(Dual, version: "0.3.1"))],
        ["result 0.4.0"] = [Add(Conf(Dual, version: "0.4.0")), Check(Conf(Dual, version: "0.4.0")), Del(Conf(Dual, version: "0.4.0"))],
        ["result 1.0.0"] = [Add(Conf(Dual)), Check(Conf(Dual)), Del(Conf(Dual)), Check(Conf(Dual))],
        ["version unknown"] = [Add(Conf(Pool, version: "9.9.9"))],

        // Routes and DNS.
        ["routes"] = [Add(Conf(Pool + ",\"routes\":[{\"dst\":\"0.0.0.0/0\"},{\"dst\":\"10.0.0.7/8\",\"gw\":\"10.1.2.9\"}]"))],
        ["route without sense"] = [Add(Conf(Pool + ",\"routes\":[{\"dst\":\"x\"}]"))],
        ["resolv.conf missing"] = [Add(Conf(Pool + ",\"resolvConf\":\"/nonexistent/resolv.conf\"")), Add(Conf(Pool))],

        // Requested addresses.
        ["CNI_ARGS"] = [Add(Conf(Pool), "IP=10.1.2.9"), Add(Conf(Pool), id: "b")],
        ["CNI_ARGS with prefix"] = [Add(Conf(Pool), "IP=10.1.2.9/16")],
        ["CNI_ARGS mapped"] = [Add(Conf(Pool), "IP=::ffff:10.1.2.40")],
        ["CNI_ARGS empty"] = [Add(Conf(Pool), "IP=")],
        ["CNI_ARGS no address"] = [Add(Conf(Pool), "IP=x")],
        ["CNI_ARGS prefix too long"] = [Add(Conf(Pool), "IP=10.1.2.9/99")],
        ["CNI_ARGS unknown"] = [Add(Conf(Pool), "FOO=1")],
        ["CNI_ARGS unknown ignored"] = [Add(Conf(Pool), "FOO=1;IgnoreUnknown=1;IP=10.1.2.7;K8S_POD_NAME=p")],
        ["CNI_ARGS no pair"] = [Add(Conf(Pool), "IP=10.1.2.7;")],
        ["requested gateway"] = [Add(Conf(Pool), "IP=10.1.2.1")],
        ["requested outside"] = [Add(Conf(Pool), "IP=10.9.2.1"), Add(Conf(Pool), id: "b")],
        ["requested twice"] = [Add(Conf(Pool), "IP=10.1.2.9"), Add(Conf(Pool), "IP=10.1.2.9", "b"), Add(Conf(Pool), "IP=10.1.2.9")],
        ["requested besides own"] = [Add(Conf(Pool)), Add(Conf(Pool), "IP=10.1.2.9"), Del(Conf(Pool))],
        ["args.cni.ips"] = [Add(Conf(Dual, ",\"args\":{\"cni\":{\"ips\":[\"10.1.2.5/24\",\"2001:db8:1::99\"]}}"))],
        ["args.cni.ips too many"] = [Add(Conf(TwoV4, ",\"args\":{\"cni\":{\"ips\":[\"10.1.2.5\",\"10.1.2.5/8\",\"192.0.2.1\"]}}"))],
        ["args.cni.ips no address"] = [Add(Conf(Pool, ",\"args\":{\"cni\":{\"ips\":[\"zz\"]}}"))],
        ["args.cni.ips empty text"] = [Add(Conf(Pool, ",\"args\":{\"cni\":{\"ips\":[\"\"]}}"))],
        ["runtimeConfig.ips"] = [Add(Conf(Pool, ",\"runtimeConfig\":{\"ips\":[\"10.1.2.15/24\"]}"))],
        ["all sources"] = [Add(Conf(Dual, ",\"args\":{\"cni\":{\"ips\":[\"2001:db8:1::7\"]}},\"runtimeConfig\":{\"ips\":[\"10.1.2.7\"]}"), "IP=10.1.2.7")],
        ["runtimeConfig.ipRanges"] = [Add(Conf(Pool, ",\"runtimeConfig\":{\"ipRanges\":[[{\"subnet\":\"10.7.0.0/24\"}]]}"))],
        ["only runtimeConfig.ipRanges"] = [Add(Conf("", ",\"runtimeConfig\":{\"ipRanges\":[[{\"subnet\":\"10.7.0.0/24\"},{\"subnet\":\"10.8.0.0/24\"}]]}"))],

        // Life of leases.
        ["add twice"] = [Add(Conf(Pool)), Add(Conf(Pool)), Check(Conf(Pool)), Del(Conf(Pool)), Del(Conf(Pool)), Add(Conf(Pool))],
        ["dual stack twice"] = [Add(Conf(Dual)), Add(Conf(Dual)), Del(Conf(Dual))],
        ["del never added"] = [Del(Conf(Pool)), Check(Conf(Pool))],
        ["two interfaces"] = [Add(Conf(Pool)), Add(Conf(Pool)) with { IfName = "net1" }, Del(Conf(Pool)), Check(Conf(Pool)) with { IfName = "net1" }],
        ["exhaustion"] = [Add(Conf(Tiny)), Add(Conf(Tiny), id: "b"), Add(Conf(Tiny), id: "d"), Del(Conf(Tiny)), Add(Conf(Tiny), id: "d")],
        ["second set exhausted"] =
        [
            Add(Conf("\"ranges\":[[{\"subnet\":\"10.1.2.0/24\"}],[{\"subnet\":\"10.9.0.0/30\"}]]")),
            Add(Conf("\"ranges\":[[{\"subnet\":\"10.1.2.0/24\"}],[{\"subnet\":\"10.9.0.0/30\"}]]"), id: "b"),
            Add(Conf(Pool), id: "d"),
        ],
        ["round robin"] = [Add(Conf(Pool)), Del(Conf(Pool)), Add(Conf(Pool)), Del(Conf(Pool)), Add(Conf(Pool), "IP=10.1.2.254", "b"), Add(Conf(Pool))],
        ["set added later"] = [Add(Conf(Pool)), Add(Conf(TwoV4)), Add(Conf(TwoV4), id: "b"), Del(Conf(TwoV4)), Del(Conf(TwoV4), "b")],
        ["two ranges in a set"] =
        [
            Add(Conf("\"ranges\":[[{\"subnet\":\"10.1.2.0/30\"},{\"subnet\":\"10.1.3.0/30\",\"gateway\":\"10.1.3.2\"}]]")),
            Add(Conf("\"ranges\":[[{\"subnet\":\"10.1.2.0/30\"},{\"subnet\":\"10.1.3.0/30\",\"gateway\":\"10.1.3.2\"}]]"), id: "b"),
            Add(Conf("\"ranges\":[[{\"subnet\":\"10.1.2.0/30\"},{\"subnet\":\"10.1.3.0/30\",\"gateway\":\"10.1.3.2\"}]]"), id: "d"),
        ],
        ["IPv6 texts"] = [Add(Conf("\"subnet\":\"2001:db8::5efe:0:0/96\",\"rangeStart\":\"2001:DB8::5EFE:0a01:203\"")), Del(Conf("\"subnet\":\"2001:db8::5efe:0:0/96\""))],

        // Wrong calls.
        ["bad JSON"] = [Add("{")],
        ["empty stdin"] = [Add("")],
        ["hostile network name"] = [Add(Conf(Pool).Replace("\"net\"", "\"../net\"", StringComparison.Ordinal))],
        ["hostile container id"] = [Add(Conf(Pool), id: "../c")],
        ["long interface name"] = [Add(Conf(Pool)) with { IfName = "averylonginterfacename" }],
    };

    [NeedsTheory(Needs.ReferencePlugins)]
    [MemberData(nameof(Names))]
    public void Same_answers_and_same_files(string name)
    {
        using Bed theirs = new();
        using Bed ours = new();
        foreach (Step step in Sequences[name])
        {
            Answer expected = theirs.Reference(step);
            Answer actual = ours.Ours(step);
            Assert.True(expected.Exit == actual.Exit, $"{step}: exit {expected.Exit}, ours {actual.Exit}\n{expected.Stdout}\n{actual.Stdout}");
            if (expected.Exit == 0)
                Assert.Equal(Canonical(expected), Canonical(actual));
            else
                Assert.Equal((Text(expected, "code"), Text(expected, "msg")), (Text(actual, "code"), Text(actual, "msg")));
            Assert.Equal(theirs.Files(), ours.Files());
        }
    }

    private static Step Add(string config, string args = "", string id = "c") => new("ADD", id, config, args);

    private static Step Del(string config, string id = "c") => new("DEL", id, config);

    private static Step Check(string config) => new("CHECK", "c", config);
}
