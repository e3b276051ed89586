using System.Net;
using Dataplane.Bpf.Tests.Packets;

namespace Dataplane.Bpf.Tests.Model;

/// <summary>Whom a packet is from and for. ICMP echo: both ports are the identifier; a protocol without ports: 0.</summary>
public readonly record struct FiveTuple(byte Protocol, IPAddress From, ushort FromPort, IPAddress To, ushort ToPort)
{
    /// <summary>Of the packet that answers.</summary>
    public FiveTuple Answer => new(Protocol, To, ToPort, From, FromPort);

    public bool V6 => From.GetAddressBytes().Length == 16;

    public static FiveTuple Of(Datagram packet) => new(packet.Protocol, packet.From, packet.FromPort, packet.To, packet.ToPort);

    /// <summary>The packet with this tuple instead of its own.</summary>
    public Datagram In(Datagram packet) => packet with { From = From, FromPort = FromPort, To = To, ToPort = ToPort };

    /// <summary>From another source; the identifier of an echo stands at both places.</summary>
    public FiveTuple Source(IPAddress address, ushort port) =>
        this with { From = address, FromPort = port, ToPort = Protocol is Datagram.Icmp4 or Datagram.Icmp6 ? port : ToPort };

    public FiveTuple Destination(IPAddress address, ushort port) =>
        this with { To = address, ToPort = port, FromPort = Protocol is Datagram.Icmp4 or Datagram.Icmp6 ? port : FromPort };

    public override string ToString() => $"{Protocol} {From}:{FromPort}>{To}:{ToPort}";
}
