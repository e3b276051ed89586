using System.Buffers.Binary;
using System.Net;
using Dataplane.Abi;
using Dataplane.Cli.Rows;

namespace Dataplane.Cli.Readers;

/// <summary>From the kernel's row to the operator's: byte order, direction, clock.</summary>
internal static class FlowConversion
{
    private const double NanosecondsPerSecond = 1e9;

    /// <summary>A row of "flows4".</summary>
    public static FlowRow Row(in Flow4Key key, in Flow flow, FlowContext context)
    {
        Flow4Key.Addresses address = key.Address;
        return Row(key.Protocol, new IPAddress(address[0]), new IPAddress(address[1]), key.Port, flow, context);
    }

    /// <summary>A row of "flows6".</summary>
    public static FlowRow Row(in Flow6Key key, in Flow flow, FlowContext context)
    {
        Flow6Key.Addresses address = key.Address;
        return Row(key.Protocol, new IPAddress(address[0]), new IPAddress(address[1]), key.Port, flow, context);
    }

    private static FlowRow Row(byte protocol, IPAddress address0, IPAddress address1, FlowPorts ports, Flow flow, FlowContext context)
    {
        // The key is sorted; the flow remembers which side spoke first.
        int origin = flow.Origin & 1;
        ushort port0 = BinaryPrimitives.ReverseEndianness(ports[0]);
        ushort port1 = BinaryPrimitives.ReverseEndianness(ports[1]);
        FlowTuple original = origin == 0
            ? new(address0.ToString(), port0, address1.ToString(), port1)
            : new(address1.ToString(), port1, address0.ToString(), port0);
        FlowSide source = flow.Side[origin];
        FlowSide destination = flow.Side[1 - origin];
        return new FlowRow
        {
            Protocol = ProtocolName(protocol),
            State = context.IsAlive(source) && context.IsAlive(destination) ? StateName(flow.State) : FlowStateNames.Dead,
            Original = original,
            Reply = original.Mirrored(),
            SourceDevice = context.Device(source),
            DestinationDevice = context.Device(destination),
            AgeSeconds = Seconds(flow.Since, context.Now),
            IdleSeconds = Seconds(flow.LastSeen, context.Now),
            Tcp = TcpEvents(flow.Tcp, origin),
        };
    }

    private static string ProtocolName(byte protocol) => protocol switch
    {
        1 => "icmp",
        6 => "tcp",
        17 => "udp",
        58 => "icmpv6",
        _ => $"{protocol}",
    };

    private static string StateName(FlowState state) => state switch
    {
        FlowState.Candidate => FlowStateNames.Candidate,
        FlowState.Fast => FlowStateNames.Fast,
        FlowState.Slow => FlowStateNames.Slow,
        _ => $"{(byte)state}",
    };

    private static List<string> TcpEvents(FlowTcp tcp, int origin)
    {
        FlowTcp originalFin = origin == 0 ? FlowTcp.Fin0 : FlowTcp.Fin1;
        FlowTcp replyFin = origin == 0 ? FlowTcp.Fin1 : FlowTcp.Fin0;
        var events = new List<string>(3);
        if (tcp.HasFlag(originalFin))
        {
            events.Add("fin_original");
        }

        if (tcp.HasFlag(replyFin))
        {
            events.Add("fin_reply");
        }

        if (tcp.HasFlag(FlowTcp.Rst))
        {
            events.Add("rst");
        }

        return events;
    }

    // The programs' coarse clock may be a tick ahead of ours.
    private static double Seconds(ulong since, ulong now) =>
        since >= now ? 0 : Math.Round((now - since) / NanosecondsPerSecond, 3);
}
