using System.Runtime.InteropServices;

namespace Dataplane.Abi;

/// <summary>The device behind one side of a flow (<c>struct dp_flow_side</c>).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct FlowSide
{
    /// <summary>Interface index of the host end of the veth, or of an uplink; 0: not known yet.</summary>
    public uint Ifindex;

    /// <summary>The <see cref="Endpoint.Generation"/> of the endpoint (of the uplink's <see cref="DeviceRow"/>) when it was learnt.</summary>
    public uint Generation;
}
