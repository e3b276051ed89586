namespace Dataplane.Bpf;

/// <summary>What was found when a feature of the kernel was tried.</summary>
/// <param name="Name">What it is: a helper, a map type, a file system.</param>
/// <param name="Available">Whether it works here.</param>
/// <param name="Required">Whether the programs need it; without one that is not, something is slower or less complete.</param>
/// <param name="Sentence">For people. When it is missing: what is, which configuration option has it, and since which kernel.</param>
public sealed record FeatureProbe(string Name, bool Available, bool Required, string Sentence);
