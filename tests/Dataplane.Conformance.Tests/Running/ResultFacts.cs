using System.Text.Json;
using System.Text.Json.Nodes;
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
        string text = Normal(result.StdoutText, bed, links);
        facts.Add("stdout", result.Json is null ? text : Canonical(JsonNode.Parse(text)!).ToJsonString());
        if (result.Call.Command == "VERSION"
            || result.Json is { } any && any.TryGetProperty("cniVersion", out JsonElement version) && version.GetString()!.StartsWith("0.", StringComparison.Ordinal))
        {
            // Results of 1.x have had their keys in another order since 1.1.1; the older ones are the same to the byte.
            facts.Add("stdout/text", text);
        }
        if (result.Json is { } json && json.TryGetProperty("interfaces", out JsonElement interfaces))
        {
            int index = 0;
            foreach (JsonElement entry in interfaces.EnumerateArray())
            {
                AddInterface(facts, $"result/interfaces/{index++}", entry, bed, links);
            }
        }
    }

    // Keys in order; an empty dns object says nothing, and later reference plugins leave it out of results of 1.x.
    private static JsonNode Canonical(JsonNode node)
    {
        if (node is JsonArray array)
        {
            return new JsonArray([.. array.Select(static item => Canonical(item!))]);
        }
        if (node is not JsonObject json)
        {
            return node.DeepClone();
        }
        var sorted = new JsonObject();
        foreach ((string key, JsonNode? value) in json.OrderBy(static member => member.Key, StringComparer.Ordinal))
        {
            if (!(key == "dns" && value is JsonObject { Count: 0 }))
            {
                sorted[key] = value is null ? null : Canonical(value);
            }
        }
        return sorted;
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
