namespace Dataplane.Engine;

/// <summary>A value of a network namespace.</summary>
/// <param name="Name">Which.</param>
/// <param name="Value">What it is, or is to be.</param>
public sealed record SysctlSetting(SysctlName Name, string Value);
