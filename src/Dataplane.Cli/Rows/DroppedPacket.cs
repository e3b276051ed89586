namespace Dataplane.Cli.Rows;

/// <summary>What is known of a packet that was dropped.</summary>
/// <param name="AgoSeconds">Seconds since.</param>
/// <param name="Protocol">"tcp", "udp", …; empty: not known.</param>
/// <param name="Tuple">Its addresses and ports; ports 0: not known.</param>
/// <param name="Device">Where it was dropped; empty: the device is gone.</param>
/// <param name="Ifindex">Ifindex of that.</param>
/// <param name="Length">Bytes of the frame.</param>
internal sealed record DroppedPacket(double AgoSeconds, string Protocol, FlowTuple Tuple, string Device, uint Ifindex, uint Length);
