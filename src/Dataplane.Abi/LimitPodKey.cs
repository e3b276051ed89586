using System.Runtime.InteropServices;

namespace Dataplane.Abi;

/// <summary>A key of the map <c>limit_pods</c> (<c>struct dp_limit_pod_key</c>): a pod's own device.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct LimitPodKey
{
    /// <summary>The cookie of the pod's network namespace (<c>SO_NETNS_COOKIE</c>).</summary>
    public ulong NetnsCookie;

    /// <summary>The device's interface index in that namespace.</summary>
    public uint Ifindex;

    /// <summary>Padding, zero.</summary>
    public uint Pad;
}
