using Dataplane.Benchmarks.Reporting;

namespace Dataplane.Benchmarks.Suites;

/// <summary>A class of benchmarks and how it is run.</summary>
/// <param name="Type">The class.</param>
/// <param name="Quick">Rounds with <c>--quick</c>; 0: left out, unless it is named.</param>
/// <param name="Full">Rounds without.</param>
/// <param name="Warmups">Rounds before that whose figures are thrown away.</param>
/// <param name="Unit">What the figures count.</param>
/// <param name="Groups">Names under which it can be chosen besides its own.</param>
internal sealed record Suite(Type Type, int Quick, int Full, int Warmups, Unit Unit, params string[] Groups)
{
    /// <summary>The name by which it is chosen.</summary>
    public string Name => Type.Name;

    /// <summary>What the report says above its figures; empty: its name alone.</summary>
    public string Title { get; init; } = string.Empty;

    /// <summary>Why it cannot be run here; null when it can.</summary>
    public Func<string?> Missing { get; init; } = static () => null;

    /// <summary>What of it cannot be measured here, and why; null when everything can.</summary>
    public Func<string?> Note { get; init; } = static () => null;

    /// <summary>Whether its cases are run in turns; else BenchmarkDotNet runs one after the other, by its own rules.</summary>
    public bool IsInterleaved { get; init; } = true;

    /// <summary>Whether a run without names has it.</summary>
    public bool IsIncluded => !Mode.IsQuick || Quick > 0;

    /// <summary>Rounds of this run.</summary>
    public int Rounds => Mode.IsQuick && Quick > 0 ? Quick : Full;

    /// <summary>Whether a word of the command line means it.</summary>
    public bool IsNamed(string word) => string.Equals(Name, word, StringComparison.OrdinalIgnoreCase) || Groups.Contains(word, StringComparer.OrdinalIgnoreCase);
}
