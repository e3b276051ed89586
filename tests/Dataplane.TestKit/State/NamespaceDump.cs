using System.Text.Json;

namespace Dataplane.TestKit;

/// <summary>What iproute2 says about one namespace.</summary>
internal sealed record NamespaceDump(
    string Place, TestNamespace Namespace, JsonElement Addresses, JsonElement Routes4, JsonElement Routes6, JsonElement Neighbours)
{
    private static readonly byte[] s_batch = "address show\nroute show table all\nneighbour show nud permanent\n"u8.ToArray();

    /// <summary>
    /// Every link with a carrier is operationally up, a bridge has a carrier exactly when a port has, no address is tentative.
    /// The kernel gets there by itself, after up to a second.
    /// </summary>
    public bool IsSettled
    {
        get
        {
            var live = new HashSet<string>();
            foreach (JsonElement link in Addresses.EnumerateArray())
            {
                if (link.TryGetProperty("master", out JsonElement master) && HasCarrier(link))
                {
                    live.Add(master.GetString()!);
                }
            }
            foreach (JsonElement link in Addresses.EnumerateArray())
            {
                bool carrier = HasCarrier(link);
                string operstate = link.GetProperty("operstate").GetString()!;
                if ((carrier && operstate is "DOWN" or "LOWERLAYERDOWN") || (!carrier && operstate == "UP"))
                {
                    return false;
                }
                if (IsBridge(link) && Has(link, "UP") && carrier != live.Contains(link.GetProperty("ifname").GetString()!))
                {
                    return false;
                }
                if (carrier && link.GetProperty("addr_info").EnumerateArray().Any(static ip => ip.TryGetProperty("tentative", out _)))
                {
                    return false;
                }
            }
            return true;
        }
    }

    private static bool HasCarrier(JsonElement link) => Has(link, "LOWER_UP");

    private static bool Has(JsonElement link, string flag) => link.GetProperty("flags").EnumerateArray().Any(value => value.GetString() == flag);

    private static bool IsBridge(JsonElement link) =>
        link.TryGetProperty("linkinfo", out JsonElement info) && info.TryGetProperty("info_kind", out JsonElement kind) && kind.GetString() == "bridge";

    public static NamespaceDump Of(string place, TestNamespace place4)
    {
        ToolResult result = Tool.Run("ip", ["-n", place4.Name, "-j", "-d", "-batch", "-"], null, s_batch).OrThrow();
        List<JsonElement> arrays = Arrays(result.Stdout);
        List<JsonElement> routes6 = Arrays(Tool.Run("ip", ["-n", place4.Name, "-6", "-j", "-d", "route", "show", "table", "all"], null, default).OrThrow().Stdout);
        return new NamespaceDump(place, place4, arrays[0], arrays[1], routes6[0], arrays[2]);
    }

    // A batch prints one array after the other; an empty answer is "[ ]" or nothing at all for a single command.
    private static List<JsonElement> Arrays(byte[] output)
    {
        var arrays = new List<JsonElement>();
        var reader = new Utf8JsonReader(output, new JsonReaderOptions { AllowMultipleValues = true });
        while (reader.Read())
        {
            arrays.Add(JsonElement.ParseValue(ref reader));
        }
        while (arrays.Count < 3)
        {
            arrays.Add(JsonDocument.Parse("[]").RootElement);
        }
        return arrays;
    }
}
