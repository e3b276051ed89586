using System.Runtime.CompilerServices;

namespace Dataplane.Abi;

/// <summary>When the last packet of a flow leaves, in two places by the flow's hash: nanoseconds of CLOCK_MONOTONIC (<c>dp_limit_state.flow</c>).</summary>
[InlineArray(Places)]
public struct LimitFlows
{
    /// <summary><c>DP_LIMIT_FLOWS</c>.</summary>
    public const int Places = 512;

    private ulong _first;
}
