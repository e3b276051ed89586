using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Dataplane.Cli.Output;

/// <summary>Writes a report as one indented JSON document and a newline.</summary>
internal static class JsonWriter
{
    /// <summary>Writes <paramref name="report"/> to standard output.</summary>
    public static void Write<T>(Terminal terminal, T report, JsonTypeInfo<T> type) =>
        terminal.Out.WriteLine(Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(report, type)));
}
