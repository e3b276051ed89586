namespace Dataplane.Cli.Readers;

/// <summary>The programs that clsact runs on a device.</summary>
/// <param name="Ifindex">The device.</param>
/// <param name="Ingress">Ids of the programs that see what comes in: what the pod sends.</param>
/// <param name="Egress">Ids of the programs that see what goes out: what the pod gets.</param>
internal sealed record EndpointFilters(uint Ifindex, IReadOnlyList<uint> Ingress, IReadOnlyList<uint> Egress);
