using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Dataplane.Cni;

/// <summary>
/// A value of a JSON text, read as the reference reads it. Names of members match in any case, the last of several that match wins, and null
/// leaves the default. A value of another type is an error with the code and prefix of <see cref="WithErrors(CniErrorCode, string)"/>.
/// </summary>
public readonly struct JsonView
{
    private readonly JsonTape? _tape;
    private readonly int _index;
    private readonly string? _path;
    private readonly JsonErrors? _errors;

    private JsonView(JsonTape? tape, int index, string? path, JsonErrors? errors)
    {
        _tape = tape;
        _index = index;
        _path = path;
        _errors = errors;
    }

    /// <summary>Whether there is no value, or it is null.</summary>
    public bool IsNullOrAbsent => _tape is null || Node.Kind == JsonTokenType.Null;

    /// <summary>Whether it is an object.</summary>
    public bool IsObject => _tape is not null && Node.Kind == JsonTokenType.StartObject;

    /// <summary>The value's text as it stands; empty when absent.</summary>
    public ReadOnlyMemory<byte> RawText => _tape is null ? default : _tape.Text.Slice(Node.Start, Node.Length);

    /// <summary>What kind of value it is; <see cref="JsonTokenType.None"/> when absent.</summary>
    internal JsonTokenType Kind => _tape is null ? JsonTokenType.None : Node.Kind;

    private JsonErrors Errors => _errors ?? JsonErrors.Plain;

    private ref readonly JsonNode Node => ref _tape!.Nodes[_index];

    /// <summary>Reads a text; the view keeps referring to it.</summary>
    /// <param name="text">One JSON value, UTF-8.</param>
    /// <param name="code">The code of errors, now and of wrong types later.</param>
    /// <param name="prefix">What their messages begin with.</param>
    /// <exception cref="CniException">The text is not JSON.</exception>
    public static JsonView Parse(ReadOnlyMemory<byte> text, CniErrorCode code = CniErrorCode.Decoding, string prefix = "") =>
        Parse(text, new JsonErrors(code, prefix));

    internal static JsonView Parse(ReadOnlyMemory<byte> text, JsonErrors errors)
    {
        try
        {
            return new JsonView(JsonTape.Parse(text), 0, null, errors);
        }
        catch (FormatException e)
        {
            throw errors.Make(e.Message, e);
        }
    }

    /// <summary>The same value, its errors reported otherwise; so are those of what is got from it.</summary>
    /// <param name="code">The code.</param>
    /// <param name="prefix">What the message begins with: "failed to load netconf: ".</param>
    public JsonView WithErrors(CniErrorCode code, string prefix) => new(_tape, _index, _path, new JsonErrors(code, prefix));

    internal JsonView WithErrors(JsonErrors errors) => new(_tape, _index, _path, errors);

    /// <summary>Makes, for the caller to throw, the error of a value that has the right type and is wrong nevertheless.</summary>
    /// <param name="message">What is wrong.</param>
    public CniException Error(string message) => Errors.Make(message);

    /// <summary>Whether there is a member, be it null.</summary>
    /// <param name="key">Its name.</param>
    public bool Has(string key) => Find(key, keepNull: true)._tape is not null;

    /// <summary>A member of any type; absent when there is none or the last one is null.</summary>
    /// <param name="key">Its name.</param>
    public JsonView Get(string key) => Find(key, keepNull: true) is { IsNullOrAbsent: false } value ? value : new JsonView(null, 0, Path(key), _errors);

    /// <summary>A string member.</summary>
    /// <param name="key">Its name.</param>
    /// <param name="defaultValue">The value when it is absent or null.</param>
    public string GetString(string key, string defaultValue = "") => Find(key) is { _tape: not null } value ? value.AsString() : defaultValue;

    /// <summary>A boolean member.</summary>
    /// <param name="key">Its name.</param>
    /// <param name="defaultValue">The value when it is absent or null.</param>
    public bool GetBool(string key, bool defaultValue = false) => Find(key) is { _tape: not null } value ? value.AsBool() : defaultValue;

    /// <summary>An integer member; as in the reference, 1.0 and 1e3 are none.</summary>
    /// <param name="key">Its name.</param>
    /// <param name="defaultValue">The value when it is absent or null.</param>
    public long GetInt(string key, long defaultValue = 0) => Find(key) is { _tape: not null } value ? value.AsInt() : defaultValue;

    /// <summary>An integer member that is not negative.</summary>
    /// <param name="key">Its name.</param>
    /// <param name="defaultValue">The value when it is absent or null.</param>
    public ulong GetUInt(string key, ulong defaultValue = 0)
    {
        if (Find(key) is not { _tape: not null } value)
        {
            return defaultValue;
        }
        ReadOnlySpan<byte> number = value.Number("uint");
        return ulong.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out ulong result)
            ? result
            : throw value.WrongType("uint", $"number {Encoding.UTF8.GetString(number)}");
    }

    /// <summary>An integer member of 32 bits.</summary>
    /// <param name="key">Its name.</param>
    /// <param name="defaultValue">The value when it is absent or null.</param>
    public int GetInt32(string key, int defaultValue = 0) => Find(key) is { _tape: not null } value ? value.AsInt32() : defaultValue;

    /// <summary>An integer member, or null when it is absent or null.</summary>
    /// <param name="key">Its name.</param>
    public long? GetNullableInt(string key) => Get(key) is { _tape: not null } value ? value.AsInt() : null;

    /// <summary>An integer member of 32 bits, or null when it is absent or null.</summary>
    /// <param name="key">Its name.</param>
    public int? GetNullableInt32(string key) => Get(key) is { _tape: not null } value ? value.AsInt32() : null;

    /// <summary>An object member, or null when it is absent or null.</summary>
    /// <param name="key">Its name.</param>
    public JsonView? GetObject(string key) => Find(key) is { _tape: not null } value ? value.AsObject() : null;

    /// <summary>The elements of an array member, of any type; null when it is absent or null.</summary>
    /// <param name="key">Its name.</param>
    public IReadOnlyList<JsonView>? GetItems(string key) => Get(key) is { _tape: not null } value ? value.AsItems() : null;

    /// <summary>The elements of an array of objects; null when it is absent or null. A null element reads as an empty object.</summary>
    /// <param name="key">Its name.</param>
    public IReadOnlyList<JsonView>? GetObjects(string key)
    {
        IReadOnlyList<JsonView>? items = GetItems(key);
        for (int i = 0; i < items?.Count; i++)
        {
            _ = items[i].AsObject();
        }
        return items;
    }

    /// <summary>The elements of an array of strings; null when it is absent or null. A null element reads as an empty string.</summary>
    /// <param name="key">Its name.</param>
    public IReadOnlyList<string>? GetStrings(string key)
    {
        if (GetItems(key) is not { } items)
        {
            return null;
        }
        string[] strings = new string[items.Count];
        for (int i = 0; i < strings.Length; i++)
        {
            strings[i] = items[i].AsString();
        }
        return strings;
    }

    /// <summary>A required member in CIDR notation.</summary>
    /// <param name="key">Its name.</param>
    public IpPrefix GetPrefix(string key)
    {
        JsonView value = Get(key);
        string text = value.AsString();
        return IpPrefix.TryParse(text, out IpPrefix prefix)
            ? prefix
            : throw Error(value._tape is null ? $"invalid CIDR address: {value._path} is missing" : $"invalid CIDR address: {text}");
    }

    /// <summary>A member with an IP address; null when it is absent, null or empty.</summary>
    /// <param name="key">Its name.</param>
    public IPAddress? GetAddress(string key)
    {
        string text = GetString(key);
        if (text.Length == 0)
        {
            return null;
        }
        return IpText.TryParse(text, out IPAddress address) ? address : throw Error($"invalid IP address: {text}");
    }

    /// <summary>The members of an object in their order, duplicates included; none when it is absent or null.</summary>
    public IReadOnlyList<KeyValuePair<string, JsonView>> Members()
    {
        List<KeyValuePair<string, JsonView>> members = [];
        JsonView self = AsObject();
        for (int i = self._index + 1; self._tape is not null && i < self.Node.Next; i = self._tape.Nodes[i].Next)
        {
            ref readonly JsonNode child = ref self._tape.Nodes[i];
            string name = JsonStrings.Decode(self._tape.Text.Span.Slice(child.NameStart, child.NameLength), child.NameEscaped);
            members.Add(new(name, new JsonView(self._tape, i, Path(name), _errors)));
        }
        return members;
    }

    /// <summary>This value as a string; null and absent as an empty one.</summary>
    public string AsString()
    {
        if (IsNullOrAbsent)
        {
            return "";
        }
        ref readonly JsonNode node = ref Node;
        return node.Kind == JsonTokenType.String
            ? JsonStrings.Decode(_tape!.Text.Span.Slice(node.Start + 1, node.Length - 2), node.Escaped)
            : throw WrongType("string");
    }

    /// <summary>This value as an object; null and absent as one without members.</summary>
    public JsonView AsObject()
    {
        if (IsNullOrAbsent)
        {
            return new JsonView(null, 0, _path, _errors);
        }
        return Node.Kind == JsonTokenType.StartObject ? this : throw WrongType("object");
    }

    /// <summary>The elements of this array; none when it is null or absent.</summary>
    public IReadOnlyList<JsonView> AsItems()
    {
        List<JsonView> items = [];
        if (IsNullOrAbsent)
        {
            return items;
        }
        if (Node.Kind != JsonTokenType.StartArray)
        {
            throw WrongType("array");
        }
        for (int i = _index + 1; i < Node.Next; i = _tape!.Nodes[i].Next)
        {
            items.Add(new JsonView(_tape, i, _path, _errors));
        }
        return items;
    }

    /// <summary>This value as a boolean; null and absent as false.</summary>
    public bool AsBool() => !IsNullOrAbsent && Node.Kind switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => throw WrongType("bool"),
    };

    /// <summary>This value as an integer; null and absent as 0.</summary>
    public long AsInt()
    {
        if (IsNullOrAbsent)
        {
            return 0;
        }
        ReadOnlySpan<byte> number = Number("int");
        return long.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long result)
            ? result
            : throw WrongType("int", $"number {Encoding.UTF8.GetString(number)}");
    }

    private int AsInt32()
    {
        long value = AsInt();
        return value is >= int.MinValue and <= int.MaxValue ? (int)value : throw WrongType("int", $"number {value}");
    }

    private ReadOnlySpan<byte> Number(string type) => Node.Kind == JsonTokenType.Number ? RawText.Span : throw WrongType(type);

    // The reference decodes member by member into one field, so null in a later duplicate leaves what an earlier one set, unless
    // the field can itself be null (keepNull).
    private JsonView Find(string key, bool keepNull = false)
    {
        if (IsNullOrAbsent)
        {
            return default;
        }
        _ = AsObject();
        JsonNode[] nodes = _tape!.Nodes;
        ReadOnlySpan<byte> text = _tape.Text.Span;
        int found = -1;
        for (int i = _index + 1; i < Node.Next; i = nodes[i].Next)
        {
            ref readonly JsonNode child = ref nodes[i];
            if ((keepNull || child.Kind != JsonTokenType.Null)
                && JsonStrings.NameMatches(text.Slice(child.NameStart, child.NameLength), child.NameEscaped, key))
            {
                found = i;
            }
        }
        return found < 0 ? default : new JsonView(_tape, found, Path(key), _errors);
    }

    private string Path(string key) => _path is null ? key : $"{_path}.{key}";

    // In the reference's words, as far as they do not name its types.
    private CniException WrongType(string type, string? value = null)
    {
        value ??= Node.Kind switch
        {
            JsonTokenType.StartObject => "object",
            JsonTokenType.StartArray => "array",
            JsonTokenType.String => "string",
            JsonTokenType.Number => "number",
            _ => "bool",
        };
        string where = _path is null ? "Go value" : $"Go struct field .{_path}";
        return Errors.Make($"json: cannot unmarshal {value} into {where} of type {type}");
    }
}
