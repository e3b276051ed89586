using Dataplane.Bpf;
using Dataplane.Cli.Rows;

namespace Dataplane.Cli.Doctor;

/// <summary>The kernel's features, each by using it once.</summary>
internal static class KernelChecks
{
    /// <summary>Tries all of them.</summary>
    public static IEnumerable<Finding> Run() => FeatureProbes.Run().Select(Of);

    /// <summary>Without a required feature nothing can be attached; without another one something is slower or less complete.</summary>
    public static Finding Of(FeatureProbe probe) => new(
        "kernel",
        probe.Name,
        probe.Available ? Verdict.Ok : probe.Required ? Verdict.Broken : Verdict.Warning,
        // The sentence stands alone elsewhere; here its subject has a column.
        probe.Sentence.StartsWith($"{probe.Name}: ", StringComparison.Ordinal) ? probe.Sentence[(probe.Name.Length + 2)..] : probe.Sentence);
}
