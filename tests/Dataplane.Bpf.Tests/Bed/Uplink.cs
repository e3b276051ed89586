using System.Net;

namespace Dataplane.Bpf.Tests.Bed;

/// <summary>A way out of the node: its device, the router behind it, the node's addresses on it.</summary>
public sealed record Uplink(uint Ifindex, byte[] Mac, byte[] RouterMac, string V4, string V6)
{
    public uint Generation { get; init; } = 100;

    /// <summary>Its packets have no link-layer header.</summary>
    public bool L3 { get; init; }

    /// <summary>What pods are masqueraded as.</summary>
    public string Address(bool v6) => v6 ? V6 : V4;

    /// <summary>The row of "devices".</summary>
    internal Abi.DeviceRow Row()
    {
        var row = new Abi.DeviceRow { Flags = Abi.DeviceFlags.Uplink | (L3 ? Abi.DeviceFlags.L3 : 0), Generation = Generation };
        IPAddress.Parse(V4).GetAddressBytes().CopyTo(row.Source4);
        IPAddress.Parse(V6).GetAddressBytes().CopyTo(row.Source6);
        return row;
    }
}
