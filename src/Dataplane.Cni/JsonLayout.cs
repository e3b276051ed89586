using System.Text.Json;

namespace Dataplane.Cni;

/// <summary>
/// How JSON is written: results and errors indented by four spaces, versions in one line. The layout is the reference's byte for byte.
/// </summary>
public static class JsonLayout
{
    /// <summary>Indented by four spaces.</summary>
    public static JsonWriterOptions Indented { get; } = new()
    {
        Indented = true,
        IndentCharacter = ' ',
        IndentSize = 4,
        NewLine = "\n",
        Encoder = GoJsonEncoder.Instance,
        SkipValidation = true,
    };

    /// <summary>In one line.</summary>
    public static JsonWriterOptions Compact { get; } = new() { Encoder = GoJsonEncoder.Instance, SkipValidation = true };
}
