using System.Runtime.InteropServices;

namespace Dataplane.Abi;

/// <summary>A key of the maps <c>limits</c> and <c>limit_states</c> (<c>struct dp_limit_key</c>).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct LimitKey
{
    /// <summary>Interface index of the host end of the pod's veth.</summary>
    public uint Ifindex;

    /// <summary>Which way.</summary>
    public LimitDirection Direction;
}
