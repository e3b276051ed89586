using System.Buffers;
using System.Text.Json;
using Dataplane.Cni;

namespace Dataplane.Plugins;

/// <summary>Configurations that one plugin writes for another.</summary>
internal static class ConfigJson
{
    /// <summary>The key of GC's list.</summary>
    public const string ValidAttachments = "cni.dev/valid-attachments";

    /// <summary>A configuration with another value for a key: what the runtime adds for one call, "prevResult" for CHECK, the attachments that stay for GC.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="key">What is added, or replaced.</param>
    /// <param name="value">Its value; absent or null: none was given.</param>
    public static byte[] With(JsonView config, string key, JsonView value)
    {
        var members = new SortedDictionary<string, Action<Utf8JsonWriter>>(StringComparer.Ordinal);
        foreach ((string name, JsonView member) in config.Members())
        {
            members[name] = Raw(member);
        }

        if (!value.IsNullOrAbsent)
        {
            members[key] = Raw(value);
        }

        return Write(members);
    }

    /// <summary>An object as text.</summary>
    /// <param name="members">What writes each value.</param>
    public static byte[] Write(SortedDictionary<string, Action<Utf8JsonWriter>> members)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, JsonLayout.Compact))
        {
            WriteObject(json, members);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>An object inside of another.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="members">What writes each value.</param>
    public static void WriteObject(Utf8JsonWriter json, SortedDictionary<string, Action<Utf8JsonWriter>> members)
    {
        json.WriteStartObject();
        foreach ((string key, Action<Utf8JsonWriter> write) in members)
        {
            json.WritePropertyName(key);
            write(json);
        }

        json.WriteEndObject();
    }

    /// <summary>A value as it was read.</summary>
    /// <param name="value">The value; absent: null.</param>
    public static Action<Utf8JsonWriter> Raw(JsonView value) =>
        json => json.WriteRawValue(value.RawText.Span is { Length: > 0 } text ? text : "null"u8, skipInputValidation: true);
}
