using System.Net;
using Dataplane.Abi;
using Dataplane.Cli.Rows;

namespace Dataplane.Cli.Readers;

/// <summary>From the kernel's row to the operator's: byte order, direction, clock.</summary>
internal static class FlowConversion
{
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
        ushort port0 = Conversion.Port(ports[0]);
        ushort port1 = Conversion.Port(ports[1]);
        FlowTuple original = origin == 0
            ? new(address0.ToString(), port0, address1.ToString(), port1)
            : new(address1.ToString(), port1, address0.ToString(), port0);
        FlowSide source = flow.Side[origin];
        FlowSide destination = flow.Side[1 - origin];
        bool fromUplink = flow.Uplink.HasFlag(origin == 0 ? FlowUplinks.Uplink0 : FlowUplinks.Uplink1);
        bool toUplink = flow.Uplink.HasFlag(origin == 0 ? FlowUplinks.Uplink1 : FlowUplinks.Uplink0);
        return new FlowRow
        {
            Protocol = Conversion.Protocol(protocol),
            State = context.IsAlive(source, fromUplink) && context.IsAlive(destination, toUplink) ? StateName(flow.State) : FlowStateNames.Dead,
            Original = original,
            Reply = original.Mirrored(),
            SourceDevice = context.Device(source, fromUplink),
            DestinationDevice = context.Device(destination, toUplink),
            AgeSeconds = Conversion.Seconds(flow.Since, context.Now),
            IdleSeconds = Conversion.Seconds(flow.LastSeen, context.Now),
            Tcp = Conversion.TcpEvents(
                flow.Tcp.HasFlag(origin == 0 ? FlowTcp.Fin0 : FlowTcp.Fin1),
                flow.Tcp.HasFlag(origin == 0 ? FlowTcp.Fin1 : FlowTcp.Fin0),
                flow.Tcp.HasFlag(FlowTcp.Rst)),
        };
    }

    private static string StateName(FlowState state) => state switch
    {
        FlowState.Candidate => FlowStateNames.Candidate,
        FlowState.Fast => FlowStateNames.Fast,
        FlowState.Slow => FlowStateNames.Slow,
        FlowState.HostPort => FlowStateNames.HostPort,
        _ => $"{(byte)state}",
    };
}
