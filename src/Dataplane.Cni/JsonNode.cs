using System.Text.Json;

namespace Dataplane.Cni;

/// <summary>One value of a <see cref="JsonTape"/>; its children follow it, up to <see cref="Next"/>.</summary>
internal struct JsonNode
{
    /// <summary>StartObject, StartArray, String, Number, True, False or Null.</summary>
    public JsonTokenType Kind;

    /// <summary>Where the value begins in the text, with its quote or bracket.</summary>
    public int Start;

    /// <summary>The value's length in bytes, quotes and brackets included.</summary>
    public int Length;

    /// <summary>A string with at least one backslash.</summary>
    public bool Escaped;

    /// <summary>The member's name without its quotes; length 0 also for elements of arrays.</summary>
    public int NameStart;

    /// <summary>The name's length in bytes.</summary>
    public int NameLength;

    /// <summary>A name with at least one backslash.</summary>
    public bool NameEscaped;

    /// <summary>The index of the first node that is not inside this one.</summary>
    public int Next;
}
