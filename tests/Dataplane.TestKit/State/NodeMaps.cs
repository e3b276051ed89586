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

    /// <summary>The keys of a map, in hexadecimal.</summary>
    public IReadOnlyList<string> Keys(string map) => [.. Rows(map).Select(static row => string.Concat(Hex(Bytes(row.GetProperty("key")))))];

    /// <summary>Deletes every row, or those of which the key and the value are as wanted, as an eviction would. Returns how many.</summary>
    public int Flush(string map, Func<byte[], byte[], bool>? wanted = null)
    {
        string pin = Pin(map);
        int deleted = 0;
        foreach (JsonElement row in Rows(map))
        {
            byte[] key = Bytes(row.GetProperty("key"));
            if (wanted is null || wanted(key, Bytes(row.GetProperty("value"))))
            {
                // A row may have been evicted or deleted by the programs in between.
                deleted += Tool.Run("bpftool", ["map", "delete", "pinned", pin, "key", "hex", .. Hex(key)]).ExitStatus == 0 ? 1 : 0;
            }
        }
        return deleted;
    }

    /// <summary>The only row of a map.</summary>
    public (byte[] Key, byte[] Value) Single(string map)
    {
        JsonElement row = Rows(map).Single();
        return (Bytes(row.GetProperty("key")), Bytes(row.GetProperty("value")));
    }

    /// <summary>Writes many rows by one process.</summary>
    public void Write(string map, IEnumerable<(byte[] Key, byte[] Value)> rows)
    {
        string pin = Pin(map);
        string file = Path.Combine(bed.Scratch, $"rows-of-{map}");
        File.WriteAllLines(file, rows.Select(row =>
            $"map update pinned {pin} key hex {string.Join(' ', Hex(row.Key))} value hex {string.Join(' ', Hex(row.Value))}"));
        Tool.Out("bpftool", "batch", "file", file);
        File.Delete(file);
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

    private static IEnumerable<string> Hex(byte[] bytes) => bytes.Select(static b => b.ToString("x2", CultureInfo.InvariantCulture));

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
