using System.Buffers.Binary;
using System.Net;

namespace Dataplane.Bpf.Tests.Bed;

/// <summary>enum dp_endpoint_flag.</summary>
[Flags]
public enum PodFlags : uint
{
    None = 0,
    L2 = 1 << 0,
    FastPathOff = 1 << 1,
    MacCheck = 1 << 2,
    SourceStrict = 1 << 3,
}

/// <summary>One pod as the maps know it.</summary>
public sealed record Pod(uint Ifindex, byte[] Mac, string V4, string V6)
{
    public PodFlags Flags { get; init; } = PodFlags.L2;

    public uint Generation { get; init; } = 1;

    public uint Domain { get; init; } = 7000;

    public uint Mtu { get; init; } = 1500;

    public byte[] GatewayMac { get; init; } = [2, 0, 0, 0, 0, 0xfe];

    /// <summary>The pod's address in the family of <paramref name="v6"/>.</summary>
    public string Address(bool v6) => v6 ? V6 : V4;

    /// <summary>struct dp_endpoint.</summary>
    internal byte[] Row()
    {
        byte[] row = new byte[40];
        BinaryPrimitives.WriteUInt32LittleEndian(row, (uint)Flags);
        BinaryPrimitives.WriteUInt32LittleEndian(row.AsSpan(4), Generation);
        BinaryPrimitives.WriteUInt32LittleEndian(row.AsSpan(8), Domain);
        BinaryPrimitives.WriteUInt32LittleEndian(row.AsSpan(12), Mtu);
        Mac.CopyTo(row, 16);
        GatewayMac.CopyTo(row, 22);
        return row;
    }

    /// <summary>struct dp_address_key.</summary>
    internal byte[] AddressKey(bool v6)
    {
        byte[] key = new byte[20];
        BinaryPrimitives.WriteUInt32LittleEndian(key, Domain);
        IPAddress.Parse(Address(v6)).MapToIPv6().GetAddressBytes().CopyTo(key, 4);
        return key;
    }

    /// <summary>struct dp_address, and struct dp_flow_side, which has the same layout.</summary>
    internal byte[] Owner()
    {
        byte[] row = new byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(row, Ifindex);
        BinaryPrimitives.WriteUInt32LittleEndian(row.AsSpan(4), Generation);
        return row;
    }
}
