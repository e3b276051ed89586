namespace Dataplane.Cli.Rows;

/// <summary>The node's bandwidth limits, counted.</summary>
/// <param name="Engine">What "shaper": "auto" means on this kernel: "edt" or "tbf".</param>
/// <param name="Ingress">Limits towards containers.</param>
/// <param name="Egress">Limits from containers.</param>
/// <param name="Edt">How many of both are kept by departure times.</param>
/// <param name="Tbf">How many by a token bucket.</param>
internal sealed record BandwidthSummary(string Engine, int Ingress, int Egress, int Edt, int Tbf);
