namespace Dataplane.Cli.Rows;

/// <summary>What <c>dpctl uplinks refresh</c> changed.</summary>
/// <param name="Added">Devices that are uplinks now and were not.</param>
/// <param name="Removed">Devices that were uplinks and are not any more, or are gone.</param>
/// <param name="Uplinks">All of them now.</param>
internal sealed record UplinkRefreshReport(IReadOnlyList<string> Added, IReadOnlyList<string> Removed, IReadOnlyList<string> Uplinks);
