using System.Runtime.CompilerServices;

namespace Dataplane.Abi;

/// <summary>One port a side of a flow, in network byte order.</summary>
[InlineArray(2)]
public struct FlowPorts
{
    private ushort _first;
}
