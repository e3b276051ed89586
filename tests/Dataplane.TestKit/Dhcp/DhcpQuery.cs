using System.Buffers.Binary;
using System.Net;

namespace Dataplane.TestKit;

/// <summary>What a client sent to a server.</summary>
/// <param name="Destination">The address it was sent to.</param>
/// <param name="Bytes">The message.</param>
public sealed record DhcpQuery(IPAddress Destination, byte[] Bytes)
{
    public const byte Discover = 1;
    public const byte Request = 3;
    public const byte Release = 7;

    /// <summary>The options, as they came.</summary>
    public IReadOnlyDictionary<byte, byte[]> Options { get; } = ReadOptions(Bytes);

    public byte Type => Options[53][0];

    public uint Xid => BinaryPrimitives.ReadUInt32BigEndian(Bytes.AsSpan(4));

    public bool WantsBroadcast => (Bytes[10] & 0x80) != 0;

    public IPAddress ClientAddress => new(Bytes.AsSpan(12, 4));

    public bool WasBroadcast => Destination.Equals(IPAddress.Broadcast);

    /// <summary>A client that has an address asks for more time.</summary>
    public bool IsRenewal => Type == Request && !ClientAddress.Equals(IPAddress.Any);

    private static Dictionary<byte, byte[]> ReadOptions(byte[] bytes)
    {
        var options = new Dictionary<byte, byte[]>();
        for (int at = 240; at < bytes.Length && bytes[at] != 255; at += 2 + bytes[at + 1])
        {
            options[bytes[at]] = bytes[(at + 2)..(at + 2 + bytes[at + 1])];
        }
        return options;
    }
}
