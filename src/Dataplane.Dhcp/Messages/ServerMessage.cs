using System.Buffers.Binary;
using Dataplane.Netlink;

namespace Dataplane.Dhcp;

/// <summary>
/// A message of a server (RFC 2131, 2), its form checked: everything it says is inside of it. Who it is for is checked by who asked.
/// </summary>
public sealed class ServerMessage
{
    private const int OptionsOffset = 240;
    private const byte BootReply = 2;
    private const byte Ethernet = 1;
    private const uint MagicCookie = 0x63825363;

    private ServerMessage(ReadOnlySpan<byte> bytes, OptionSet options)
    {
        Options = options;
        Xid = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
        YourAddress = new Ip4(bytes[16..]);
        ClientMac = new MacAddress(bytes[28..]);
        Bytes = bytes.ToArray();
    }

    /// <summary>What it is.</summary>
    public DhcpMessageType Type => (DhcpMessageType)Options.Get(OptionCode.MessageType)![0];

    /// <summary>The number of the exchange it belongs to.</summary>
    public uint Xid { get; }

    /// <summary>The address that is offered or given.</summary>
    public Ip4 YourAddress { get; }

    /// <summary>The client it is for.</summary>
    public MacAddress ClientMac { get; }

    /// <summary>The server.</summary>
    public Ip4 Server => Options.GetAddress(OptionCode.ServerIdentifier)!.Value;

    /// <summary>Its options.</summary>
    public OptionSet Options { get; }

    /// <summary>The message as it came.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Reads a message.</summary>
    /// <param name="bytes">The UDP payload.</param>
    /// <returns>Null: it is no offer, acknowledgement or refusal of a DHCP server, or not a whole one.</returns>
    public static ServerMessage? TryParse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= OptionsOffset || bytes[0] != BootReply || bytes[1] != Ethernet || bytes[2] != MacAddress.Length
            || BinaryPrimitives.ReadUInt32BigEndian(bytes[236..]) != MagicCookie
            || OptionSet.TryParse(bytes[OptionsOffset..], bytes.Slice(108, 128), bytes.Slice(44, 64)) is not { } options)
        {
            return null;
        }

        // A server that has no name cannot be answered. One option of four bytes: what came twice is no address any more.
        bool named = options.Get(OptionCode.ServerIdentifier) is { Length: 4 } server && new Ip4(server).IsHost;
        bool known = options.Get(OptionCode.MessageType) is { Length: 1 } type
            && (DhcpMessageType)type[0] is DhcpMessageType.Offer or DhcpMessageType.Ack or DhcpMessageType.Nak;
        return named && known ? new ServerMessage(bytes, options) : null;
    }
}
