using System.Text.Encodings.Web;
using System.Text.Json;

namespace Dataplane.Cni;

/// <summary>
/// How JSON is written: results and errors indented by four spaces, versions in one line. The layout is the reference's byte for byte. Only the escapes
/// inside strings are not: it escapes &lt;, &gt; and &amp; for the sake of HTML and leaves characters beyond U+FFFF as they are; both read the same.
/// </summary>
internal static class JsonLayout
{
    public static readonly JsonWriterOptions Indented = new()
    {
        Indented = true,
        IndentCharacter = ' ',
        IndentSize = 4,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    public static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
}
