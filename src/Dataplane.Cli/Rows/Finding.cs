namespace Dataplane.Cli.Rows;

/// <summary>One thing that doctor looked at.</summary>
/// <param name="Area">"kernel", "bpffs", "sysctl", "cgroup", "programs", "uplinks", "translation", "bandwidth", "litter".</param>
/// <param name="Subject">What was looked at.</param>
/// <param name="Verdict">One of <see cref="Rows.Verdict"/>.</param>
/// <param name="Message">What was found and, unless it is ok, what to do: one sentence.</param>
internal sealed record Finding(string Area, string Subject, string Verdict, string Message);
