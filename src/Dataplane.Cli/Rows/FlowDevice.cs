namespace Dataplane.Cli.Rows;

/// <summary>The device behind one side of a flow.</summary>
/// <param name="Device">Host end of the veth; empty: not known yet, or gone.</param>
/// <param name="Ifindex">Its ifindex; 0: not known yet.</param>
/// <param name="Generation">Of the endpoint when it was learnt.</param>
internal sealed record FlowDevice(string Device, uint Ifindex, uint Generation);
