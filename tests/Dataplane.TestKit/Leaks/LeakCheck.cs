using System.Text.Json;
using Xunit;

namespace Dataplane.TestKit;

/// <summary>What a node must not keep after its last DEL.</summary>
public static class LeakCheck
{
    /// <summary>Asserts that nothing of any attachment is left on a node whose pods are all detached.</summary>
    public static void AssertClean(NodeBed bed)
    {
        IReadOnlyList<string> left = Find(bed);
        Assert.True(left.Count == 0, $"left after the last DEL:\n  {string.Join("\n  ", left)}");
    }

    /// <summary>One line for each thing left.</summary>
    public static IReadOnlyList<string> Find(NodeBed bed)
    {
        var left = new List<string>();
        FindDevices(bed, left);
        FindMapRows(bed, left);
        FindPins(bed, left);
        FindRecords(bed, left);
        left.AddRange(LeaseFacts.Addresses(bed.DataDirectory).Select(static address => $"lease {address}"));
        return left;
    }

    private static void FindDevices(NodeBed bed, List<string> left)
    {
        foreach ((string place, TestNamespace at) in Places(bed))
        {
            using JsonDocument links = JsonDocument.Parse(OrEmpty(at.Ip("-j", "link", "show", "type", "veth")));
            foreach (JsonElement link in links.RootElement.EnumerateArray())
            {
                string name = link.TryGetProperty("ifname", out JsonElement value) ? value.GetString()! : "";
                if (place != "host" || LinkTable.IsRandom(name))
                {
                    left.Add($"{place}: veth {name}");
                }
            }
            foreach (string kind in (ReadOnlySpan<string>)["macvlan", "ipvlan", "vlan", "dummy", "tun"])
            {
                using JsonDocument devices = JsonDocument.Parse(place == "host" ? "[]" : OrEmpty(at.Ip("-j", "link", "show", "type", kind)));
                left.AddRange(devices.RootElement.EnumerateArray().Where(static link => link.TryGetProperty("ifname", out _))
                    .Select(link => $"{place}: {kind} {link.GetProperty("ifname")}"));
            }
        }
    }

    private static IEnumerable<(string, TestNamespace)> Places(NodeBed bed) =>
        [("host", bed.Host), .. bed.Pods.Select((pod, i) => ($"pod{i + 1}", pod)).Where(static place => File.Exists(place.pod.Path))];

    private static void FindMapRows(NodeBed bed, List<string> left)
    {
        foreach (string map in (ReadOnlySpan<string>)["endpoints", "addresses", "exclusions", "host_ports", "limits", "limit_states", "limit_pods", "limit_subnets"])
        {
            string? pin = Pins(bed).FirstOrDefault(path => Path.GetFileName(path) == map);
            if (pin is null)
            {
                continue;
            }
            using JsonDocument rows = JsonDocument.Parse(OrEmpty(Tool.Out("bpftool", "-j", "map", "dump", "pinned", pin)));
            left.AddRange(rows.RootElement.EnumerateArray().Select(row => $"row of {map}: {row.GetRawText()}"));
        }
    }

    // A node keeps its programs and maps; what a device or a pod would have pinned shows as more than these.
    private static void FindPins(NodeBed bed, List<string> left)
    {
        string[] known =
        [
            "from_pod", "to_pod", "to_uplink", "from_uplink", "sweep", "sweep_start", "host_connect4", "host_connect6", "host_sendmsg4", "host_sendmsg6",
            "host_recvmsg4", "host_recvmsg6", "host_getpeername4", "host_getpeername6", "node", "endpoints", "addresses", "flows4", "flows6",
            "pod_limit", "limits", "limit_states", "limit_pods", "limit_subnets", "exclusions", "devices", "nat", "sweep_queue", "fragments", "host_ports", "local_addresses", "socket_peers", "last_drops", "counters", "scratch",
        ];
        left.AddRange(Pins(bed).Where(path => !known.Contains(Path.GetFileName(path))).Select(static path => $"pin {path}"));
    }

    private static void FindRecords(NodeBed bed, List<string> left)
    {
        foreach (string records in (ReadOnlySpan<string>)["attachments", "portmap", "bandwidth"])
        {
            string directory = Path.Combine(bed.RunDirectory, records);
            if (Directory.Exists(directory))
            {
                left.AddRange(Directory.EnumerateFileSystemEntries(directory).Select(static path => $"record {path}"));
            }
        }
    }

    private static IEnumerable<string> Pins(NodeBed bed) => Directory.Exists(bed.PinDirectory)
        ? Directory.EnumerateFiles(bed.PinDirectory, "*", SearchOption.AllDirectories)
        : [];

    private static string OrEmpty(string json) => json.Trim().Length == 0 ? "[]" : json;
}
