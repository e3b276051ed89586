using System.Text.Json;
using Dataplane.TestKit;

namespace Dataplane.Conformance.Tests;

/// <summary>What limits the devices of a bed: the token buckets, as tc(8) shows them.</summary>
public static class LimitFacts
{
    public static void Add(Facts facts, NodeBed bed, LinkTable links)
    {
        Add(facts, "host", bed.Host, links);
        for (int i = 0; i < bed.Pods.Count; i++)
        {
            Add(facts, $"pod{i + 1}", bed.Pods[i], links);
        }
    }

    private static void Add(Facts facts, string place, TestNamespace ns, LinkTable links)
    {
        foreach (JsonElement qdisc in JsonDocument.Parse(Tool.Out("tc", "-n", ns.Name, "-j", "qdisc", "show")).RootElement.EnumerateArray())
        {
            string kind = qdisc.GetProperty("kind").GetString()!;
            string device = qdisc.GetProperty("dev").GetString()!;
            // noqueue is no qdisc, clsact belongs to the programs.
            if (kind is "tbf" or "htb" or "fq")
            {
                facts.Add($"{place}/limit/{links.Symbol(place, device)}", kind == "tbf" ? Bucket(qdisc.GetProperty("options")) : kind);
            }
            else if (kind == "ingress")
            {
                facts.Add($"{place}/redirect/{links.Symbol(place, device)}", "to an IFB");
            }
        }
    }

    private static string Bucket(JsonElement options) =>
        $"{options.GetProperty("rate")} byte/s, burst {options.GetProperty("burst")}, {options.GetProperty("lat")} us";
}
