using System.Runtime.InteropServices;

namespace Dataplane.Abi;

/// <summary>
/// A row of the map <c>devices</c> (<c>struct dp_device</c>): a device of the node that is no pod's veth and that
/// somebody looked at. The key is its interface index.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public struct DeviceRow
{
    /// <summary>What it is.</summary>
    public DeviceFlags Flags;

    /// <summary>
    /// Taken from the same numbers as <see cref="Endpoint.Generation"/>; a new one when the device became an uplink.
    /// </summary>
    public uint Generation;

    /// <summary>
    /// What pods are masqueraded as where the route does not say: an IPv4 address in network byte order; zero: nothing.
    /// </summary>
    public Bytes4 Source4;

    /// <summary>Likewise, an IPv6 address.</summary>
    public Bytes16 Source6;

    /// <summary>Padding, zero.</summary>
    public uint Pad;
}
