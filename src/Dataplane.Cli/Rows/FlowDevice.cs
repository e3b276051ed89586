namespace Dataplane.Cli.Rows;

/// <summary>The device behind one side of a flow or of a connection.</summary>
/// <param name="Device">Host end of the veth, or an uplink; empty: not known yet, or gone.</param>
/// <param name="Ifindex">Its ifindex; 0: not known yet.</param>
/// <param name="Generation">Of the endpoint or of the uplink when it was learnt.</param>
/// <param name="Uplink">Whether it is an uplink: the side is outside of the node.</param>
internal sealed record FlowDevice(string Device, uint Ifindex, uint Generation, bool Uplink = false);
