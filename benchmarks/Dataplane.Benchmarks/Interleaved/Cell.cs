using System.Diagnostics.CodeAnalysis;
using Dataplane.Benchmarks.Reporting;

namespace Dataplane.Benchmarks.Interleaved;

/// <summary>A row of a <see cref="CellSuite"/>: what a benchmark method with its attributes is to the other suites.</summary>
/// <param name="what">Rows of the same name are compared with each other.</param>
/// <param name="row">Whose work it is, and what was promised.</param>
/// <param name="measure">Measures once.</param>
[SuppressMessage("Design", "CA1036:Override methods on comparable types", Justification = "BenchmarkDotNet sorts them, nobody else compares them")]
public sealed class Cell(string what, RowAttribute row, Func<Measured> measure) : IComparable
{
    /// <summary>What is measured.</summary>
    public string What { get; } = what;

    /// <summary>Whose work it is, and what was promised.</summary>
    public RowAttribute Row { get; } = row;

    /// <summary>Measures once.</summary>
    public Func<Measured> Measure { get; } = measure;

    /// <summary>Measured in each so many'th round only: it takes long.</summary>
    public int Every { get; init; } = 1;

    /// <summary>What is the same for rows of one growth curve; empty: it is none's.</summary>
    public string Curve { get; init; } = string.Empty;

    /// <summary>How many containers, each with its mapping, are present beside it: the curve's other axis.</summary>
    public int Beside { get; init; }

    /// <summary>What its figure counts, where that is not what the suite's others do (<see cref="Reporting.Unit.All"/>).</summary>
    public string? Unit { get; init; }

    /// <summary>Its place among the suite's rows.</summary>
    public int Order { get; set; }

    /// <summary>BenchmarkDotNet sorts arguments, and would do it by their text.</summary>
    public int CompareTo(object? obj) => obj is Cell other ? Order.CompareTo(other.Order) : 1;

    /// <inheritdoc/>
    public override string ToString() => $"{What}, {Row.Side}";
}
