using System.Net;
using System.Net.Sockets;

namespace Dataplane.Bpf.Tests.Packets;

/// <summary>
/// An IP packet as a value: what is expected of a translation is said by changing addresses and
/// ports of the packet that went in, and both are built from nothing, checksums included.
/// </summary>
public sealed record Datagram(byte Protocol, IPAddress From, ushort FromPort, IPAddress To, ushort ToPort)
{
    public const byte Icmp4 = 1;
    public const byte TcpProtocol = 6;
    public const byte UdpProtocol = 17;
    public const byte Gre = 47;
    public const byte Icmp6 = 58;
    public const byte SctpProtocol = 132;

    public bool V6 => From.AddressFamily == AddressFamily.InterNetworkV6;

    public TcpFlags Flags { get; init; } = TcpFlags.Ack;

    /// <summary>ICMP type and code; of an echo both ports are the identifier.</summary>
    public byte Type { get; init; }

    public byte Code { get; init; }

    /// <summary>Bytes 4 to 7 of an ICMP error: the MTU.</summary>
    public uint Rest { get; init; }

    /// <summary>The packet that an ICMP error is about.</summary>
    public Datagram? Inner { get; init; }

    /// <summary>How many bytes of it are quoted at most.</summary>
    public int Quoted { get; init; } = int.MaxValue;

    /// <summary>Bytes after the upper header.</summary>
    public int Payload { get; init; } = 20;

    public byte Ttl { get; init; } = 64;

    public ushort Id { get; init; } = 0x1234;

    /// <summary>UDP over IPv4 without a checksum.</summary>
    public bool NoChecksum { get; init; }

    /// <summary>The first two bytes of the payload.</summary>
    public ushort Salt { get; init; }

    public static Datagram Tcp(string from, int fromPort, string to, int toPort, TcpFlags flags = TcpFlags.Ack) =>
        new(TcpProtocol, IPAddress.Parse(from), (ushort)fromPort, IPAddress.Parse(to), (ushort)toPort) { Flags = flags };

    public static Datagram Udp(string from, int fromPort, string to, int toPort) =>
        new(UdpProtocol, IPAddress.Parse(from), (ushort)fromPort, IPAddress.Parse(to), (ushort)toPort);

    public static Datagram Sctp(string from, int fromPort, string to, int toPort) =>
        new(SctpProtocol, IPAddress.Parse(from), (ushort)fromPort, IPAddress.Parse(to), (ushort)toPort);

    /// <summary>A protocol without ports.</summary>
    public static Datagram Other(string from, string to, byte protocol = Gre) => new(protocol, IPAddress.Parse(from), 0, IPAddress.Parse(to), 0);

    /// <summary>An echo request.</summary>
    public static Datagram Ping(string from, int id, string to)
    {
        var address = IPAddress.Parse(from);
        bool v6 = address.AddressFamily == AddressFamily.InterNetworkV6;
        return new(v6 ? Icmp6 : Icmp4, address, (ushort)id, IPAddress.Parse(to), (ushort)id) { Type = (byte)(v6 ? 128 : 8) };
    }

    /// <summary>An ICMP error about a packet, from anybody to its sender.</summary>
    public static Datagram Error(string from, byte type, byte code, Datagram about, uint rest = 0) =>
        new(about.V6 ? Icmp6 : Icmp4, IPAddress.Parse(from), 0, about.From, 0) { Type = type, Code = code, Rest = rest, Inner = about };

    /// <summary>One of "tcp", "udp", "icmp", "sctp", "gre"; of the last and of icmp the ports are what they can be.</summary>
    public static Datagram Kind(string kind, string from, int fromPort, string to, int toPort) => kind switch
    {
        "tcp" => Tcp(from, fromPort, to, toPort, TcpFlags.Syn),
        "udp" => Udp(from, fromPort, to, toPort),
        "sctp" => Sctp(from, fromPort, to, toPort),
        "icmp" => Ping(from, fromPort, to),
        _ => Other(from, to),
    };

    /// <summary>What the receiver answers with: an echo reply, or the ports exchanged and ACK.</summary>
    public Datagram Answer() => this with
    {
        From = To,
        To = From,
        FromPort = ToPort,
        ToPort = FromPort,
        Flags = Flags.HasFlag(TcpFlags.Syn) ? Flags | TcpFlags.Ack : Flags,
        Type = Type switch { 8 => 0, 13 => 14, 128 => 129, _ => Type },
    };

    /// <summary>The same packet from somewhere else; an echo has one identifier.</summary>
    public Datagram Source(string address, int port) =>
        this with { From = IPAddress.Parse(address), FromPort = (ushort)port, ToPort = IsQuery ? (ushort)port : ToPort };

    /// <summary>The same packet to somewhere else.</summary>
    public Datagram Destination(string address, int port) =>
        this with { To = IPAddress.Parse(address), ToPort = (ushort)port, FromPort = IsQuery ? (ushort)port : FromPort };

    /// <summary>An ICMP error as the sender of the packet should read it.</summary>
    public Datagram About(Datagram inner) => this with { Inner = inner };

    /// <summary>ICMP with an identifier: an echo, in IPv4 a timestamp too, and the replies.</summary>
    public bool IsQuery => (Protocol == Icmp4 && Type is 0 or 8 or 13 or 14) || (Protocol == Icmp6 && Type is 128 or 129);

    /// <summary>One hop further.</summary>
    public Datagram Routed() => this with { Ttl = (byte)(Ttl - 1) };

    /// <summary>The IP packet.</summary>
    public byte[] Ip() => DatagramBytes.Write(this);

    /// <summary>The Ethernet frame.</summary>
    public byte[] Frame(byte[] from, byte[] to) => [.. to, .. from, .. V6 ? (ReadOnlySpan<byte>)[0x86, 0xdd] : [0x08, 0x00], .. Ip()];

    public override string ToString() =>
        $"{Protocol}/{Type}.{Code} {From}:{FromPort}>{To}:{ToPort} ttl {Ttl}{(Protocol == TcpProtocol ? $" {Flags}" : "")}{(Inner is null ? "" : $" [{Inner}]")}";
}
