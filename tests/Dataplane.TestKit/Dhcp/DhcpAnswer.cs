using System.Buffers.Binary;
using System.Net;

namespace Dataplane.TestKit;

/// <summary>Messages of a server, written byte by byte: right ones, and what is made wrong of them.</summary>
public static class DhcpAnswer
{
    public const byte Offer = 2;
    public const byte Ack = 5;
    public const byte Nak = 6;
    public const int OptionsAt = 240;

    /// <summary>A message with nothing but its kind; options follow from <see cref="OptionsAt"/>, without an end.</summary>
    public static byte[] Header(uint xid, ReadOnlySpan<byte> mac, IPAddress yours)
    {
        byte[] message = new byte[OptionsAt];
        (message[0], message[1], message[2]) = (2, 1, 6);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), xid);
        yours.GetAddressBytes().CopyTo(message, 16);
        mac.CopyTo(message.AsSpan(28));
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(236), 0x63825363);
        return message;
    }

    /// <summary>A whole message.</summary>
    public static byte[] Build(uint xid, ReadOnlySpan<byte> mac, IPAddress yours, params (byte Code, byte[] Value)[] options) =>
        [.. Header(xid, mac, yours), .. Options(options), 255];

    /// <summary>The answer to a query.</summary>
    public static byte[] To(DhcpQuery query, IPAddress yours, params (byte Code, byte[] Value)[] options)
    {
        ArgumentNullException.ThrowIfNull(query);
        return Build(query.Xid, query.Bytes.AsSpan(28, 6), yours, options);
    }

    public static byte[] Options(params (byte Code, byte[] Value)[] options) =>
        [.. options.SelectMany(static o => (byte[])[o.Code, (byte)o.Value.Length, .. o.Value])];

    public static byte[] Number(uint value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    public static byte[] Address(string address) => IPAddress.Parse(address).GetAddressBytes();
}
