namespace Dataplane.Netlink;

/// <summary>A queueing discipline of a device, with its counters.</summary>
public sealed class QdiscInfo
{
    /// <summary>The device.</summary>
    public int Ifindex { get; internal set; }

    /// <summary>"tbf", "fq", "htb", "clsact", …</summary>
    public string Kind { get; internal set; } = "";

    /// <summary>Its handle; 0 for one that the kernel made by itself.</summary>
    public uint Handle { get; internal set; }

    /// <summary>Where it is: a class of another one, or one of the constants of this class.</summary>
    public uint Parent { get; internal set; }

    /// <summary>Parameters of a tbf.</summary>
    public TbfSpec? Tbf { get; internal set; }

    /// <summary>Parameters of a root htb with one class 1:1 and a bfifo; not in dumps, only by <see cref="RtnlSocket.FindRootQdisc"/>.</summary>
    public HtbSpec? Htb { get; internal set; }

    /// <summary>Parameters of an fq.</summary>
    public FqSpec? Fq { get; internal set; }

    /// <summary>The limit of a pfifo (packets) or bfifo (bytes).</summary>
    public uint FifoLimit { get; internal set; }

    /// <summary>What an htb does not know: the class number that gets it; 0: nothing limits it.</summary>
    public uint DefaultClass { get; internal set; }

    /// <summary>Packets that an htb sent past its classes. A number of 32 bits.</summary>
    public uint DirectPackets { get; internal set; }

    /// <summary>Bytes sent.</summary>
    public ulong Bytes { get; internal set; }

    /// <summary>Packets sent.</summary>
    public ulong Packets { get; internal set; }

    /// <summary>Packets dropped. A number of 32 bits, as the following ones.</summary>
    public uint Drops { get; internal set; }

    /// <summary>Times that a packet had to wait for its time.</summary>
    public uint Overlimits { get; internal set; }

    /// <summary>Bytes that wait.</summary>
    public uint BacklogBytes { get; internal set; }

    /// <summary>Packets that wait.</summary>
    public uint QueueLength { get; internal set; }

    /// <summary>Whether it is the root of what the device sends.</summary>
    public bool IsRoot => Parent == RtnlConstants.TC_H_ROOT;
}
