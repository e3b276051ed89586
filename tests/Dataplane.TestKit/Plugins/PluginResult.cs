using System.Text;
using System.Text.Json;

namespace Dataplane.TestKit;

/// <summary>What a plugin answered.</summary>
public sealed record PluginResult(PluginCall Call, int ExitStatus, byte[] Stdout, byte[] Stderr)
{
    public bool Succeeded => ExitStatus == 0;

    public string StdoutText => Encoding.UTF8.GetString(Stdout);

    public string StderrText => Encoding.UTF8.GetString(Stderr);

    /// <summary>The CNI error code on stdout; null when there is none.</summary>
    public uint? ErrorCode => Json is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty("code", out JsonElement code)
        ? code.GetUInt32() : null;

    public string ErrorMessage => Text("msg");

    public string ErrorDetails => Text("details");

    /// <summary>Stdout as JSON; null when it is none.</summary>
    public JsonElement? Json
    {
        get
        {
            try
            {
                using JsonDocument document = JsonDocument.Parse(Stdout);
                return document.RootElement.Clone();
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }

    /// <summary>The same result, or an exception with all that was said.</summary>
    public PluginResult OrThrow() => Succeeded ? this : throw new InvalidOperationException(ToString());

    /// <summary>The addresses of a successful ADD in the formats since 0.3.0, with prefix length.</summary>
    public IReadOnlyList<string> Addresses =>
        [.. Json!.Value.GetProperty("ips").EnumerateArray().Select(ip => ip.GetProperty("address").GetString()!)];

    /// <summary>The first address of a family, without prefix length.</summary>
    public System.Net.IPAddress Address(bool v6 = false) =>
        System.Net.IPAddress.Parse(Addresses.First(a => a.Contains(':') == v6).Split('/')[0]);

    /// <summary>Name of the interface with the given index of a result.</summary>
    public string InterfaceName(int index) => Json!.Value.GetProperty("interfaces")[index].GetProperty("name").GetString()!;

    public override string ToString() =>
        $"{Call.Plugin} {Call.Command} {Call.ContainerId} {Call.IfName}: exit status {ExitStatus}\n{Call.Config}\n{StdoutText}\n{StderrText}";

    private string Text(string key) => Json is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty(key, out JsonElement value)
        ? value.GetString() ?? "" : "";
}
