using System.Runtime.CompilerServices;

namespace Dataplane.Abi;

/// <summary>Four bytes in place: an IPv4 address in network byte order.</summary>
[InlineArray(4)]
public struct Bytes4
{
    private byte _first;

    /// <summary>Copies four bytes.</summary>
    /// <param name="bytes">Exactly four bytes.</param>
    public static Bytes4 From(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, 4);
        Bytes4 result = default;
        bytes.CopyTo(result);
        return result;
    }
}
