using System.Runtime.CompilerServices;

namespace Dataplane.Abi;

/// <summary>Sixteen bytes in place: an IPv6 address, or an IPv4-mapped one, in network byte order.</summary>
[InlineArray(16)]
public struct Bytes16
{
    private byte _first;

    /// <summary>Copies sixteen bytes.</summary>
    /// <param name="bytes">Exactly sixteen bytes.</param>
    public static Bytes16 From(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, 16);
        Bytes16 result = default;
        bytes.CopyTo(result);
        return result;
    }
}
