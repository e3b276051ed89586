namespace Dataplane.Cli.Rows;

/// <summary>Everything doctor looked at.</summary>
/// <param name="Healthy">Nothing is broken; warnings do not count.</param>
/// <param name="Findings">In the order they were looked at.</param>
internal sealed record DoctorReport(bool Healthy, IReadOnlyList<Finding> Findings);
