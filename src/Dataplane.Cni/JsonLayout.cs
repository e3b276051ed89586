using System.Text.Json;

namespace Dataplane.Cni;

/// <summary>
/// How JSON is written: results and errors indented by four spaces, versions in one line. The layout is the reference's byte for byte.
/// </summary>
internal static class JsonLayout
{
    public static readonly JsonWriterOptions Indented = new()
    {
        Indented = true,
        IndentCharacter = ' ',
        IndentSize = 4,
        NewLine = "\n",
        Encoder = GoJsonEncoder.Instance,
        SkipValidation = true,
    };

    public static readonly JsonWriterOptions Compact = new() { Encoder = GoJsonEncoder.Instance, SkipValidation = true };
}
