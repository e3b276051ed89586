using System.Runtime.CompilerServices;

namespace Dataplane.Abi;

/// <summary>Three bytes in place: padding, which is part of what is hashed where it is in a key, so always zero.</summary>
[InlineArray(3)]
public struct Bytes3
{
    private byte _first;
}
