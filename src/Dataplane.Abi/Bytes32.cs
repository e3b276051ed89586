using System.Runtime.CompilerServices;

namespace Dataplane.Abi;

/// <summary>Thirty-two bytes in place: a SHA-256.</summary>
[InlineArray(32)]
public struct Bytes32
{
    private byte _first;

    /// <summary>Copies thirty-two bytes.</summary>
    /// <param name="bytes">Exactly thirty-two bytes.</param>
    public static Bytes32 From(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, 32);
        Bytes32 result = default;
        bytes.CopyTo(result);
        return result;
    }
}
