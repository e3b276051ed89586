using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dataplane.Cni;
using Dataplane.Plugins.HostLocal;
using Dataplane.TestKit;

namespace Dataplane.Plugins.Tests.HostLocal;

/// <summary>A data directory, and host-local, ours or the reference's, called on it.</summary>
internal sealed class Bed : IDisposable
{
    internal Bed() => DataDir = Directory.CreateTempSubdirectory("dp-hl-").FullName;

    internal string DataDir { get; }

    public void Dispose() => Directory.Delete(DataDir, recursive: true);

    /// <summary>A configuration of the network "net" with an <c>ipam</c> object and further members.</summary>
    internal static string Conf(string ipam, string more = "", string version = "1.0.0") => $$"""
        {"cniVersion":"{{version}}","name":"net","type":"bridge"{{more}},"ipam":{"type":"host-local","dataDir":"DATA"{{(ipam.Length > 0 ? "," : "")}}{{ipam}}} }
        """;

    internal Answer Ours(Step step)
    {
        MemoryEnvironment environment = new(Environment(step), step.Config.Replace("DATA", DataDir, StringComparison.Ordinal));
        int exit = PluginHost.Run(new HostLocalPlugin(), environment);
        return new Answer(exit, environment.Output.Replace(DataDir, "DATA", StringComparison.Ordinal));
    }

    internal Answer Reference(Step step)
    {
        ToolResult result = Tool.Run(
            $"{ReferencePlugins.Directory}/host-local", [], Environment(step),
            Encoding.UTF8.GetBytes(step.Config.Replace("DATA", DataDir, StringComparison.Ordinal)));
        return new Answer(result.ExitStatus, result.StdoutText.Replace(DataDir, "DATA", StringComparison.Ordinal));
    }

    /// <summary>Leases and last reserved addresses with their content, sorted.</summary>
    internal string[] Files()
    {
        List<string> files = [];
        foreach (string network in Directory.GetDirectories(DataDir))
        {
            foreach (string file in Directory.GetFiles(network))
            {
                if (Path.GetFileName(file) != "lock")
                    files.Add($"{Path.GetRelativePath(DataDir, file)}: {File.ReadAllText(file).ReplaceLineEnding()}");
            }
        }
        files.Sort(StringComparer.Ordinal);
        return [.. files];
    }

    internal static string Text(Answer answer, string member)
    {
        using JsonDocument json = JsonDocument.Parse(answer.Stdout);
        return json.RootElement.TryGetProperty(member, out JsonElement value) ? value.ToString() : "";
    }

    /// <summary>A result with its members in order and without an empty dns; nothing for no result.</summary>
    internal static string Canonical(Answer answer)
    {
        if (answer.Stdout.Length == 0)
            return "";
        JsonObject result = JsonNode.Parse(answer.Stdout)!.AsObject();
        if (result["dns"] is JsonObject { Count: 0 })
            result.Remove("dns");
        return Sorted(result).ToJsonString();
    }

    private static JsonNode Sorted(JsonNode node) => node switch
    {
        JsonObject o => new JsonObject(o.OrderBy(member => member.Key, StringComparer.Ordinal)
            .Select(member => KeyValuePair.Create(member.Key, member.Value is null ? null : Sorted(member.Value)))!),
        JsonArray a => new JsonArray([.. a.Select(item => item is null ? null : Sorted(item))]),
        _ => node.DeepClone(),
    };

    private static Dictionary<string, string> Environment(Step step)
    {
        Dictionary<string, string> variables = new()
        {
            ["CNI_COMMAND"] = step.Command,
            ["CNI_CONTAINERID"] = step.ContainerId,
            ["CNI_NETNS"] = "/nowhere/netns",
            ["CNI_IFNAME"] = step.IfName,
            ["CNI_PATH"] = ReferencePlugins.Directory,
        };
        if (step.Args.Length > 0)
            variables["CNI_ARGS"] = step.Args;
        return variables;
    }
}

internal static class BedText
{
    internal static string ReplaceLineEnding(this string text) => text.Replace("\r\n", "|", StringComparison.Ordinal);
}
