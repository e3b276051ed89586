using Dataplane.Bpf.Tests.Packets;

namespace Dataplane.Bpf.Tests.Model;

/// <summary>
/// One translated connection. It is kept in two halves, one for each direction, and the table that they are in may
/// forget either.
/// </summary>
public sealed class Connection(FiveTuple inside, FiveTuple outside, uint pod, bool fromOutside)
{
    /// <summary>In <see cref="Pod"/>: not a pod's but the node's own, moved aside from a pod's port.</summary>
    public const uint Node = 0x7fffffff;

    /// <summary>What the pod sends.</summary>
    public FiveTuple Inside { get; } = inside;

    /// <summary>The same on the wire.</summary>
    public FiveTuple Outside { get; } = outside;

    /// <summary>Interface index of the pod's veth.</summary>
    public uint Pod { get; } = pod;

    /// <summary>Begun by the other side, by a host port.</summary>
    public bool FromOutside { get; } = fromOutside;

    /// <summary>The half that the pod's packets need.</summary>
    public bool HasInside { get; set; } = true;

    /// <summary>The half that packets to the pod need. Who has it has the port.</summary>
    public bool HasOutside { get; set; } = true;

    /// <summary>Seconds since the last packet.</summary>
    public long Idle { get; set; }

    public bool Replied { get; private set; }

    public bool FinOriginal { get; private set; }

    public bool FinReply { get; private set; }

    public bool Reset { get; private set; }

    public bool Closed => Reset || (FinOriginal && FinReply);

    public bool Gone => !HasInside && !HasOutside;

    /// <summary>Seconds of silence that it survives.</summary>
    public long Patience => Inside.Protocol switch
    {
        Datagram.TcpProtocol or Datagram.SctpProtocol => Closed ? 30 : Replied ? 8000 : 60,
        Datagram.UdpProtocol => Replied ? 180 : 30,
        Datagram.Icmp4 or Datagram.Icmp6 => 30,
        _ => 600,
    };

    public bool Expired => Idle > Patience;

    /// <summary>A packet of it passes.</summary>
    public void Pass(bool original, TcpFlags flags)
    {
        bool opens = (flags & (TcpFlags.Syn | TcpFlags.Ack)) == TcpFlags.Syn;
        if (Expired || (opens && original && Closed))
        {
            Reopen();
        }
        Idle = 0;
        Replied |= !original;
        FinOriginal |= original && flags.HasFlag(TcpFlags.Fin);
        FinReply |= !original && flags.HasFlag(TcpFlags.Fin);
        Reset |= flags.HasFlag(TcpFlags.Rst);
    }

    /// <summary>As if it were new, with the port it has.</summary>
    public void Reopen() => (Replied, FinOriginal, FinReply, Reset) = (false, false, false, false);
}
