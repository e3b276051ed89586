using System.Text.Json;

namespace Dataplane.TestKit;

/// <summary>What iproute2 says about one namespace.</summary>
internal sealed record NamespaceDump(
    string Place, TestNamespace Namespace, JsonElement Addresses, JsonElement Routes4, JsonElement Routes6, JsonElement Neighbours)
{
    private static readonly byte[] s_batch = "address show\nroute show table all\nneighbour show nud permanent\n"u8.ToArray();

    /// <summary>Every link that is up and has a live other end is operationally up; no address is tentative.</summary>
    public bool IsSettled
    {
        get
        {
            foreach (JsonElement link in Addresses.EnumerateArray())
            {
                bool lower = link.GetProperty("flags").EnumerateArray().Any(static flag => flag.GetString() == "LOWER_UP");
                if (lower && link.GetProperty("operstate").GetString() is "DOWN" or "LOWERLAYERDOWN")
                {
                    return false;
                }
                if (link.GetProperty("addr_info").EnumerateArray().Any(static ip => ip.TryGetProperty("tentative", out _)) && lower)
                {
                    return false;
                }
            }
            return true;
        }
    }

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
