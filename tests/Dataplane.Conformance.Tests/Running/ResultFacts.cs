using System.Text.Json;
using System.Text.RegularExpressions;
using Dataplane.TestKit;

namespace Dataplane.Conformance.Tests;

/// <summary>What a plugin printed, with names, MACs and paths of this run replaced.</summary>
public static partial class ResultFacts
{
    public static void Add(Facts facts, PluginResult result, NodeBed bed, LinkTable links)
    {
        facts.Add("exit", result.ExitStatus.ToString());
        if (!result.Succeeded)
        {
            facts.Add("error/code", result.ErrorCode?.ToString() ?? "none on stdout");
            return;
        }
        facts.Add("stdout", Normal(result.StdoutText, bed, links));
        if (result.Json is { } json && json.TryGetProperty("interfaces", out JsonElement interfaces))
        {
            int index = 0;
            foreach (JsonElement entry in interfaces.EnumerateArray())
            {
                AddInterface(facts, $"result/interfaces/{index++}", entry, bed, links);
            }
        }
    }

    // A MAC in a result is right when it is the device's; the text alone would hide a wrong one.
    private static void AddInterface(Facts facts, string path, JsonElement entry, NodeBed bed, LinkTable links)
    {
        string name = entry.GetProperty("name").GetString()!;
        string sandbox = entry.TryGetProperty("sandbox", out JsonElement s) ? s.GetString()! : "";
        string place = sandbox.Length == 0 ? "host" : Place(sandbox, bed);
        string mac = entry.TryGetProperty("mac", out JsonElement m) ? m.GetString()! : "none";
        string actual = links.Find(place, name)?.Mac ?? "no such device";
        facts.Add(path, $"{place}/{links.Symbol(place, name)}, MAC {(mac == actual ? "of the device" : $"{mac}, the device has {actual}")}");
    }

    private static string Normal(string text, NodeBed bed, LinkTable links)
    {
        foreach (BedLink link in links.Links.Where(static link => link.Symbol != link.Name))
        {
            text = text.Replace(link.Name, link.Symbol, StringComparison.Ordinal);
        }
        for (int i = bed.Pods.Count - 1; i >= 0; i--)
        {
            text = text.Replace(bed.Pods[i].Path, $"<pod{i + 1}>", StringComparison.Ordinal);
        }
        text = text.Replace(bed.Scratch, "<scratch>", StringComparison.Ordinal);
        return RandomMac().Replace(text, "<mac>");
    }

    private static string Place(string sandbox, NodeBed bed)
    {
        for (int i = 0; i < bed.Pods.Count; i++)
        {
            if (bed.Pods[i].Path == sandbox)
            {
                return $"pod{i + 1}";
            }
        }
        return sandbox;
    }

    [GeneratedRegex("\\b(?!00:00:00:00:00:00)[0-9a-f]{2}(:[0-9a-f]{2}){5}\\b")]
    private static partial Regex RandomMac();
}
