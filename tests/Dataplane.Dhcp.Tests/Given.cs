using System.Net;
using Dataplane.Netlink;
using Dataplane.TestKit;

namespace Dataplane.Dhcp.Tests;

/// <summary>What most tests start with.</summary>
internal static class Given
{
    public const uint Xid = 0x12345678;

    public static readonly byte[] MacBytes = [0x02, 0, 0, 0, 0, 1];

    public static readonly MacAddress Mac = new(MacBytes);

    public static readonly ClientIdentity Identity = new("c1", "net1", "eth0");

    public static readonly ClientOptions Options = new(new Dictionary<byte, byte[]>(), [OptionCode.Routers, OptionCode.SubnetMask]);

    public static (byte, byte[]) Type(byte type) => (OptionCode.MessageType, [type]);

    public static (byte, byte[]) From(string server) => (OptionCode.ServerIdentifier, DhcpAnswer.Address(server));

    /// <summary>A whole message of a server.</summary>
    public static byte[] Bytes(byte type, string yours = "10.1.0.100", string server = "10.1.0.1", uint xid = Xid, params (byte, byte[])[] more) =>
        DhcpAnswer.Build(xid, MacBytes, IPAddress.Parse(yours), [Type(type), From(server), .. more]);

    /// <inheritdoc cref="Bytes"/>
    public static ServerMessage Message(byte type, string yours = "10.1.0.100", string server = "10.1.0.1", uint xid = Xid, params (byte, byte[])[] more) =>
        ServerMessage.TryParse(Bytes(type, yours, server, xid, more)) ?? throw new InvalidOperationException("not a message");

    /// <summary>An acknowledgement with a mask of 24 bits.</summary>
    public static ServerMessage Ack(params (byte, byte[])[] more) =>
        Message(DhcpAnswer.Ack, more: [(OptionCode.SubnetMask, DhcpAnswer.Address("255.255.255.0")), .. more]);

    public static Ip4 Ip(string text) => Ip4.TryParse(text, out Ip4 address) ? address : throw new FormatException(text);
}
