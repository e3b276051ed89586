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
    Masquerade = 1 << 4,
    MasqLinkLocal = 1 << 5,
    Queued = 1 << 6,
    Limit = 1 << 7,
    Guard = 1 << 8,
    Allow = 1 << 9,
    SameBridge = 1 << 10,
    Isolated = 1 << 11,
}

/// <summary>One pod as the maps know it.</summary>
public sealed record Pod(uint Ifindex, byte[] Mac, string V4, string V6)
{
    public PodFlags Flags { get; init; } = PodFlags.L2;

    public uint Generation { get; init; } = 1;

    public uint Domain { get; init; } = 7000;

    public uint Mtu { get; init; } = 1500;

    /// <summary>Source ports of masquerade, both inclusive; 0: none.</summary>
    public (ushort Min, ushort Max) MasqueradePorts { get; init; }

    public byte[] GatewayMac { get; init; } = [2, 0, 0, 0, 0, 0xfe];

    /// <summary>The pod's address in the family of <paramref name="v6"/>.</summary>
    public string Address(bool v6) => v6 ? V6 : V4;

    /// <summary>struct dp_endpoint.</summary>
    internal byte[] Row()
    {
        byte[] row = new byte[48];
        BinaryPrimitives.WriteUInt32LittleEndian(row, (uint)Flags);
        BinaryPrimitives.WriteUInt32LittleEndian(row.AsSpan(4), Generation);
        BinaryPrimitives.WriteUInt32LittleEndian(row.AsSpan(8), Domain);
        BinaryPrimitives.WriteUInt32LittleEndian(row.AsSpan(12), Mtu);
        Mac.CopyTo(row, 16);
        GatewayMac.CopyTo(row, 22);
        BinaryPrimitives.WriteUInt16LittleEndian(row.AsSpan(40), MasqueradePorts.Min);
        BinaryPrimitives.WriteUInt16LittleEndian(row.AsSpan(42), MasqueradePorts.Max);
        return row;
    }

    /// <summary>Its rows: the endpoint, and of each address one on its domain and one on any.</summary>
    internal void Put(Programs programs)
    {
        programs["endpoints"].Put(BitConverter.GetBytes(Ifindex), Row());
        foreach (string address in new[] { V4, V6 })
        {
            programs["addresses"].Put(AddressKey(Domain, address), Owner());
            programs["addresses"].Put(AddressKey(0, address), Owner());
        }
    }

    /// <summary>struct dp_address_key.</summary>
    private static byte[] AddressKey(uint domain, string address)
    {
        byte[] key = new byte[20];
        BinaryPrimitives.WriteUInt32LittleEndian(key, domain);
        IPAddress.Parse(address).MapToIPv6().GetAddressBytes().CopyTo(key, 4);
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
