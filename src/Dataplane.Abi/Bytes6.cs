using System.Runtime.CompilerServices;

namespace Dataplane.Abi;

/// <summary>Six bytes in place: a MAC address, in the order of the wire.</summary>
[InlineArray(6)]
public struct Bytes6
{
    private byte _first;

    /// <summary>Copies six bytes.</summary>
    /// <param name="bytes">Exactly six bytes.</param>
    public static Bytes6 From(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, 6);
        Bytes6 result = default;
        bytes.CopyTo(result);
        return result;
    }
}
