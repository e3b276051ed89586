using System.Text;
using Dataplane.TestKit;
using Xunit;

namespace Dataplane.Conformance.Tests;

/// <summary>
/// docs/conformance.md says what the cases say. After a change of the cases:
/// <c>DATAPLANE_WRITE_DOCS=1 dotnet test tests/Dataplane.Conformance.Tests --filter ConformanceDocument</c>.
/// </summary>
public sealed class ConformanceDocument
{
    private static readonly Case[] s_all =
    [
        .. BridgeCases.All, .. BridgeCases.Vlan, .. PtpCases.All, .. MacvlanCases.All, .. HostDeviceCases.All, .. TapCases.All, .. PortmapCases.All, .. BandwidthCases.All,
        .. HostLocalCases.All, .. StaticCases.All, .. DhcpCases.All, .. TuningCases.All, .. SbrCases.All, .. VrfCases.All, .. FlannelCases.All, .. DebugCases.All, .. FirewallCases.All, .. ProtocolCases.All, .. MixedCases.All,
    ];

    private static string Path => System.IO.Path.Combine(Repository.Root, "docs/conformance.md");

    [Fact]
    public void Every_case_has_a_name_of_its_own() => Assert.Equal(s_all.Length, s_all.Select(static given => given.Name).Distinct().Count());

    [Fact]
    public void The_document_is_what_the_cases_say()
    {
        string text = Write();
        if (Environment.GetEnvironmentVariable("DATAPLANE_WRITE_DOCS") == "1")
        {
            File.WriteAllText(Path, text);
        }
        Assert.Equal(text, File.ReadAllText(Path));
    }

    private static string Write()
    {
        var text = new StringBuilder();
        int steps = s_all.Sum(static given => given.Steps.Count);
        Case[] compared = [.. s_all.Where(static given => given.OnlyOurs is null)];
        text.Append($"""
            # Conformance

            Written by `tests/Dataplane.Conformance.Tests` from its cases; do not edit by hand.

            {s_all.Length} cases with {steps} steps. {compared.Length} of them run on the reference plugins (Debian's containernetworking-plugins 1.1.1) and on ours,
            each on a fresh node, and after every step the following must be equal: exit status, error code, the text of the result (names
            and random MACs replaced), and on the host and in every pod devices, flags, MTUs, MACs, addresses, routes of all tables,
            bridge and bridge port attributes, VLANs, permanent neighbours, sysctls, of bandwidth the token buckets; and the lease directory with modes and contents. The other
            {s_all.Length - compared.Length} hold what the specification and later reference plugins say, with expectations written in the case.

            ## Deliberate differences in every case

            | what | why |
            |---|---|

            """);
        foreach (Difference difference in DeliberateDifferences.All)
        {
            text.AppendLine($"| `{difference.Pattern}` | {difference.Reason} |");
        }
        text.Append("""
            | state after a failed ADD | ours undoes what it did; the reference leaves the veth, sometimes the lease, to the runtime's DEL |
            | iptables and nftables rules | ours writes none |
            | text of errors | the codes are equal; of the text, what the cases quote |

            ## Deliberate differences of single cases

            | case | what | why |
            |---|---|---|

            """);
        foreach (Case given in s_all)
        {
            foreach (Difference difference in given.Differences)
            {
                text.AppendLine($"| {given.Name} | `{difference.Pattern}` | {difference.Reason} |");
            }
        }
        foreach (IGrouping<string, Case> plugin in s_all.GroupBy(static given => given.Plugin).OrderBy(static group => group.Key, StringComparer.Ordinal))
        {
            text.Append($"\n## {plugin.Key}\n\n| behaviour | steps | compared with |\n|---|---|---|\n");
            foreach (Case given in plugin)
            {
                text.AppendLine($"| {given.Name[(plugin.Key.Length + 2)..].Replace("|", "\\|", StringComparison.Ordinal)} | {given.Steps.Count} | {(given.OnlyOurs is null ? "reference" : $"specification: {given.OnlyOurs}")} |");
            }
        }
        return text.ToString();
    }
}
