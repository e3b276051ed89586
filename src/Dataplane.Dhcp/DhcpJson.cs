using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Dataplane.Cni;

namespace Dataplane.Dhcp;

/// <summary>What the protocol's lines and the files have in common. Options are an object of base64 by their decimal numbers.</summary>
internal static class DhcpJson
{
    /// <summary>Writes an object.</summary>
    public static ArrayBufferWriter<byte> Write(JsonWriterOptions layout, Action<Utf8JsonWriter> members)
    {
        var text = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(text, layout);
        json.WriteStartObject();
        members(json);
        json.WriteEndObject();
        json.Flush();
        return text;
    }

    /// <summary>Writes a list of objects as a member.</summary>
    public static void WriteItems<T>(Utf8JsonWriter json, ReadOnlySpan<byte> name, List<T> items, Action<T> members)
    {
        json.WriteStartArray(name);
        foreach (T item in items)
        {
            json.WriteStartObject();
            members(item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Writes options as a member.</summary>
    public static void WriteOptions(Utf8JsonWriter json, ReadOnlySpan<byte> name, Dictionary<byte, byte[]> options)
    {
        json.WriteStartObject(name);
        foreach ((byte code, byte[] value) in options)
        {
            json.WriteBase64String(code.ToString(CultureInfo.InvariantCulture), value);
        }

        json.WriteEndObject();
    }

    /// <summary>Reads options; none when they are absent.</summary>
    /// <exception cref="CniException">It is something else.</exception>
    public static Dictionary<byte, byte[]> ReadOptions(JsonView json)
    {
        var options = new Dictionary<byte, byte[]>();
        foreach ((string name, JsonView value) in json.Members())
        {
            byte code = byte.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out byte number)
                ? number
                : throw json.Error($"{GoText.Quote(name)} is no option's number");
            options[code] = value.IsNullOrAbsent ? throw json.Error($"option {name} is null") : ReadBytes(value);
        }

        return options;
    }

    /// <summary>Reads bytes; none when they are absent.</summary>
    /// <exception cref="CniException">They are no string of base64.</exception>
    public static byte[] ReadBytes(JsonView json)
    {
        string text = json.AsString();
        byte[] bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out int length) ? bytes[..length] : throw json.Error("not base64");
    }

    /// <summary>Refuses null, as a value and as a member: nobody writes it, and it would be read as what is not there.</summary>
    /// <exception cref="CniException">There is one, or the value is no object.</exception>
    public static JsonView WithoutNulls(JsonView json)
    {
        bool any = json.IsNullOrAbsent;
        foreach ((_, JsonView member) in json.Members())
        {
            any |= member.IsNullOrAbsent;
        }

        return any ? throw json.Error("null") : json;
    }
}
