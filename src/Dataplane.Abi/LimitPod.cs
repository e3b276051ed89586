using System.Runtime.InteropServices;

namespace Dataplane.Abi;

/// <summary>A row of the map <c>limit_pods</c> (<c>struct dp_limit_pod</c>): whose device it is.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct LimitPod
{
    /// <summary>Interface index of the host end of the veth.</summary>
    public uint Ifindex;

    /// <summary>The endpoint's <see cref="Endpoint.Generation"/>.</summary>
    public uint Generation;
}
