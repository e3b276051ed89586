using System.Buffers.Binary;
using System.Net;
using Dataplane.Abi;
using Dataplane.Cli.Rows;

namespace Dataplane.Cli.Readers;

/// <summary>What every row of the kernel needs: byte order, clocks, the words for protocols.</summary>
internal static class Conversion
{
    private const double NanosecondsPerSecond = 1e9;
    private const int MappedBits = 96;

    /// <summary>As people write it: an IPv4-mapped address is an IPv4 address.</summary>
    public static IPAddress Address(Bytes16 bytes)
    {
        var address = new IPAddress(bytes);
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }

    /// <summary>A prefix: "10.0.0.0/8", "fd00::/64".</summary>
    /// <param name="bytes">The address.</param>
    /// <param name="bits">Bits of the 128; IPv4: 96 more than the prefix has.</param>
    public static string Prefix(Bytes16 bytes, uint bits)
    {
        IPAddress address = Address(bytes);
        return address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork && bits >= MappedBits
            ? $"{address}/{bits - MappedBits}"
            : $"{new IPAddress(bytes)}/{bits}";
    }

    /// <summary>A port of a row as a number.</summary>
    public static ushort Port(ushort networkOrder) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(networkOrder) : networkOrder;

    /// <summary>One direction.</summary>
    public static FlowTuple Tuple(Bytes16 source, ushort sourcePort, Bytes16 destination, ushort destinationPort) =>
        new(Address(source).ToString(), Port(sourcePort), Address(destination).ToString(), Port(destinationPort));

    /// <summary>The word for an IP protocol.</summary>
    public static string Protocol(byte protocol) => protocol switch
    {
        1 => "icmp",
        6 => "tcp",
        17 => "udp",
        58 => "icmpv6",
        132 => "sctp",
        _ => $"{protocol}",
    };

    /// <summary>Seconds between two times of CLOCK_MONOTONIC, nanoseconds. The programs' coarse clock may be a tick ahead of ours.</summary>
    public static double Seconds(ulong since, ulong now) =>
        since >= now ? 0 : Math.Round((now - since) / NanosecondsPerSecond, 3);

    /// <summary>Words for how a TCP connection ended.</summary>
    public static List<string> TcpEvents(bool finOriginal, bool finReply, bool reset)
    {
        var events = new List<string>(3);
        if (finOriginal)
        {
            events.Add("fin_original");
        }

        if (finReply)
        {
            events.Add("fin_reply");
        }

        if (reset)
        {
            events.Add("rst");
        }

        return events;
    }
}
