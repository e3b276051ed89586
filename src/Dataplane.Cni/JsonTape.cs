using System.Text.Json;

namespace Dataplane.Cni;

/// <summary>
/// A JSON text, read once into one array of nodes in document order. Against <see cref="JsonDocument"/> it keeps access to the raw
/// bytes of names and strings: names match in any case, and strings may hold what is not UTF-8, which reads as U+FFFD.
/// </summary>
internal sealed class JsonTape
{
    private const int MaxDepth = 10000;

    private JsonTape(ReadOnlyMemory<byte> text, JsonNode[] nodes)
    {
        Text = text;
        Nodes = nodes;
    }

    public ReadOnlyMemory<byte> Text { get; }

    public JsonNode[] Nodes { get; }

    /// <summary>Reads a text, which the tape keeps referring to.</summary>
    /// <param name="text">One JSON value.</param>
    /// <exception cref="FormatException">It is not JSON; the message is <see cref="JsonSyntax"/>'s.</exception>
    public static JsonTape Parse(ReadOnlyMemory<byte> text)
    {
        try
        {
            return new JsonTape(text, ReadNodes(text.Span));
        }
        catch (JsonException e)
        {
            throw new FormatException(JsonSyntax.Explain(text.Span) ?? e.Message, e);
        }
    }

    private static JsonNode[] ReadNodes(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = MaxDepth });
        var nodes = new JsonNode[Math.Max(16, text.Length / 12)];
        var open = new Stack<int>();
        int count = 0;
        JsonNode pending = default;
        while (reader.Read())
        {
            int start = (int)reader.TokenStartIndex;
            int end = (int)reader.BytesConsumed;
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    pending.NameStart = start + 1;
                    pending.NameLength = reader.ValueSpan.Length;
                    pending.NameEscaped = reader.ValueIsEscaped;
                    continue;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    ref JsonNode closed = ref nodes[open.Pop()];
                    closed.Length = end - closed.Start;
                    closed.Next = count;
                    continue;
                default:
                    break;
            }

            if (count == nodes.Length)
            {
                Array.Resize(ref nodes, count * 2);
            }
            pending.Kind = reader.TokenType;
            pending.Start = start;
            pending.Length = end - start;
            pending.Escaped = reader.ValueIsEscaped;
            pending.Next = count + 1;
            nodes[count] = pending;
            pending = default;
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            {
                open.Push(count);
            }
            count++;
        }
        return nodes;
    }
}
