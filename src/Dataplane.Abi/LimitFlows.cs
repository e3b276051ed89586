using System.Runtime.CompilerServices;

namespace Dataplane.Abi;

/// <summary>When the last packet of a flow leaves, by the flow's hash: nanoseconds of CLOCK_MONOTONIC (<c>dp_limit_state.flow</c>).</summary>
[InlineArray(64)]
public struct LimitFlows
{
    private ulong _first;
}
