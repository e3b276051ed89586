using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Dataplane.TestKit;

/// <summary>A node's pinned maps, read and changed with bpftool alone; names of counters come from the header the programs are built from.</summary>
public sealed partial class NodeMaps(NodeBed bed)
{
    private static readonly Lazy<string[]> s_counters = new(CounterNames);

    /// <summary>Packets of every counter, by its name in abi.h without the DP_.</summary>
    public IReadOnlyDictionary<string, long> Counters()
    {
        var counters = new Dictionary<string, long>();
        foreach (JsonElement row in Rows("counters"))
        {
            int index = BitConverter.ToInt32(Bytes(row.GetProperty("key")));
            long packets = row.GetProperty("values").EnumerateArray().Sum(static cpu => BitConverter.ToInt64(Bytes(cpu.GetProperty("value"))));
            if (index < s_counters.Value.Length)
            {
                counters[s_counters.Value[index]] = packets;
            }
        }
        return counters;
    }

    /// <summary>How many rows a map has.</summary>
    public int Count(string map) => Rows(map).Count;

    /// <summary>Deletes every row, as an eviction of everything would.</summary>
    public void Flush(string map)
    {
        string pin = Pin(map);
        foreach (JsonElement row in Rows(map))
        {
            // A row may have been evicted or deleted by the programs in between.
            Tool.Run("bpftool", ["map", "delete", "pinned", pin, "key", "hex", .. Bytes(row.GetProperty("key")).Select(static b => b.ToString("x2", CultureInfo.InvariantCulture))]);
        }
    }

    private string Pin(string map) =>
        Directory.EnumerateFiles(bed.PinDirectory, map, SearchOption.AllDirectories).FirstOrDefault()
        ?? throw new FileNotFoundException($"no map {map} is pinned below {bed.PinDirectory}");

    private List<JsonElement> Rows(string map)
    {
        string output = Tool.Out("bpftool", "-j", "map", "dump", "pinned", Pin(map));
        using JsonDocument document = JsonDocument.Parse(output.Trim().Length == 0 ? "[]" : output);
        return [.. document.RootElement.EnumerateArray().Select(static row => row.Clone())];
    }

    private static byte[] Bytes(JsonElement hex) =>
        [.. hex.EnumerateArray().Select(static b => byte.Parse(b.GetString().AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture))];

    private static string[] CounterNames()
    {
        string header = File.ReadAllText(Path.Combine(Repository.Root, "bpf/include/dataplane/abi_counters.h"));
        string body = header[header.IndexOf("enum dp_counter_index", StringComparison.Ordinal)..];
        return [.. CounterName().Matches(body[..body.IndexOf('}', StringComparison.Ordinal)]).Select(static match => match.Groups[1].Value)];
    }

    [GeneratedRegex(@"^\s*DP_([A-Z0-9_]+)[,\s]", RegexOptions.Multiline)]
    private static partial Regex CounterName();
}
