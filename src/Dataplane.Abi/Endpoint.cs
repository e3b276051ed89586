using System.Runtime.InteropServices;

namespace Dataplane.Abi;

/// <summary>
/// A row of the map <c>endpoints</c> (<c>struct dp_endpoint</c>): a pod's attachment. The key is the interface index
/// of the host end of its veth.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public struct Endpoint
{
    /// <summary>How the programs treat it.</summary>
    public EndpointFlags Flags;

    /// <summary>The endpoint's generation: never 0, never used twice on a node.</summary>
    public uint Generation;

    /// <summary>
    /// Interface index of the device whose link the pod's addresses are on: the bridge (or its VLAN device), or the
    /// host end of the veth itself (ptp).
    /// </summary>
    public uint Domain;

    /// <summary>The pod device's MTU, in bytes of L3.</summary>
    public uint Mtu;

    /// <summary>The pod device's address.</summary>
    public Bytes6 Mac;

    /// <summary>The address of the device that the pod sends to for routing; zero: the pod is not routed.</summary>
    public Bytes6 GatewayMac;

    /// <summary>
    /// The first 8 bytes of SHA-256("&lt;container ID&gt;\0&lt;interface name&gt;"); only user space reads it.
    /// </summary>
    public ulong Owner;

    /// <summary>The lowest source port that masquerade takes, in host byte order.</summary>
    public ushort MasqPortMin;

    /// <summary>The highest one, in host byte order; 0: the endpoint is not masqueraded.</summary>
    public ushort MasqPortMax;

    /// <summary>Padding, zero.</summary>
    public uint Pad;
}
