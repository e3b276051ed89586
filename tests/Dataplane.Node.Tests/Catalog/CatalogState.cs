using System.Text.Json;
using Dataplane.TestKit;

namespace Dataplane.Node.Tests.Catalog;

/// <summary>Everything plugins keep of attachments on a node, a line each: the same lines are the same state.</summary>
public static class CatalogState
{
    private static readonly string[] s_maps = ["endpoints", "addresses", "exclusions", "host_ports", "limits", "limit_pods", "limit_subnets"];

    /// <summary>Reads it.</summary>
    public static IReadOnlyList<string> Of(NodeBed bed, NodeMaps maps)
    {
        List<string> lines = [];
        foreach (string map in Directory.Exists(bed.PinDirectory) ? s_maps : [])
        {
            lines.AddRange(maps.Keys(map).Select(key => $"{map} {key}"));
        }
        foreach (TestNamespace at in (IEnumerable<TestNamespace>)[bed.Host, .. bed.Pods.Where(static pod => File.Exists(pod.Path))])
        {
            using JsonDocument links = JsonDocument.Parse(at.Ip("-j", "link", "show"));
            lines.AddRange(links.RootElement.EnumerateArray().Where(static link => link.GetProperty("ifname").GetString() != "lo")
                .Select(link => $"{(at == bed.Host ? "host" : at.Name)} {link.GetProperty("ifname")}"));
        }
        Files(bed.RunDirectory, lines, static path => path.EndsWith(".lock", StringComparison.Ordinal));
        Files(bed.Scratch, lines, static path => path.EndsWith(".log", StringComparison.Ordinal) || path.EndsWith(".env", StringComparison.Ordinal)
            || path.Contains("/networks/", StringComparison.Ordinal));
        lines.AddRange(LeaseFacts.Addresses(bed.DataDirectory).Select(static address => $"lease {address}"));
        lines.Sort(StringComparer.Ordinal);
        return lines;
    }

    private static void Files(string directory, List<string> lines, Func<string, bool> isOthers)
    {
        if (Directory.Exists(directory))
        {
            lines.AddRange(Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Where(path => !isOthers(path)).Select(static path => $"file {path}"));
        }
    }
}
