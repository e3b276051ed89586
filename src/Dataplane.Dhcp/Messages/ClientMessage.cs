using System.Buffers.Binary;
using Dataplane.Netlink;

namespace Dataplane.Dhcp;

/// <summary>Writes the messages of a client (RFC 2131, 2 and 4.4.1).</summary>
public sealed class ClientMessage
{
    // What relays and servers of BOOTP's time take for a whole message.
    private const int MinimumLength = 300;
    private const ushort BroadcastFlag = 0x8000;
    private readonly byte[] _bytes = new byte[1500];
    private int _length = 240;

    /// <summary>Starts a message.</summary>
    /// <param name="type">What it is.</param>
    /// <param name="xid">The number of the exchange.</param>
    /// <param name="mac">The client's hardware address.</param>
    /// <param name="seconds">How long the client has been at it.</param>
    /// <param name="broadcast">Answers are to be broadcast: the client cannot receive what is sent to an address it does not have yet.</param>
    public ClientMessage(DhcpMessageType type, uint xid, MacAddress mac, int seconds, bool broadcast)
    {
        _bytes[0] = 1; // BOOTREQUEST
        _bytes[1] = 1; // Ethernet
        _bytes[2] = MacAddress.Length;
        BinaryPrimitives.WriteUInt32BigEndian(_bytes.AsSpan(4), xid);
        BinaryPrimitives.WriteUInt16BigEndian(_bytes.AsSpan(8), (ushort)Math.Clamp(seconds, 0, ushort.MaxValue));
        BinaryPrimitives.WriteUInt16BigEndian(_bytes.AsSpan(10), broadcast ? BroadcastFlag : (ushort)0);
        mac.CopyTo(_bytes.AsSpan(28));
        BinaryPrimitives.WriteUInt32BigEndian(_bytes.AsSpan(236), 0x63825363);
        Add(OptionCode.MessageType, [(byte)type]);
    }

    /// <summary>Says which address the client has.</summary>
    /// <param name="address">The address.</param>
    /// <returns>This message.</returns>
    public ClientMessage WithClientAddress(Ip4 address)
    {
        address.CopyTo(_bytes.AsSpan(12));
        return this;
    }

    /// <summary>Adds an option.</summary>
    /// <param name="code">The option.</param>
    /// <param name="value">At most 255 bytes.</param>
    /// <returns>This message.</returns>
    /// <exception cref="DhcpException">The message has no room left.</exception>
    public ClientMessage Add(byte code, ReadOnlySpan<byte> value)
    {
        // One byte is kept for the end.
        if (value.Length > 255 || _length + 2 + value.Length >= _bytes.Length - 28)
        {
            throw new DhcpException($"option {code} does not fit into a DHCP message");
        }

        _bytes[_length] = code;
        _bytes[_length + 1] = (byte)value.Length;
        value.CopyTo(_bytes.AsSpan(_length + 2));
        _length += 2 + value.Length;
        return this;
    }

    /// <summary>Adds an option that is an address.</summary>
    /// <param name="code">The option.</param>
    /// <param name="address">The address.</param>
    /// <returns>This message.</returns>
    public ClientMessage Add(byte code, Ip4 address)
    {
        Span<byte> value = stackalloc byte[4];
        address.CopyTo(value);
        return Add(code, value);
    }

    /// <summary>The whole message.</summary>
    public byte[] ToArray()
    {
        byte[] message = new byte[Math.Max(_length + 1, MinimumLength)];
        _bytes.AsSpan(0, _length).CopyTo(message);
        message[_length] = OptionCode.End;
        return message;
    }
}
