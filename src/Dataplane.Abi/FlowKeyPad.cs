using System.Runtime.CompilerServices;

namespace Dataplane.Abi;

/// <summary>The padding at the end of a flow's key: part of what is hashed, so always zero.</summary>
[InlineArray(3)]
public struct FlowKeyPad
{
    private byte _first;
}
