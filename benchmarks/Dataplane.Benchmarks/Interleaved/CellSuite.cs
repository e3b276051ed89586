using BenchmarkDotNet.Attributes;

namespace Dataplane.Benchmarks.Interleaved;

/// <summary>A suite whose rows are too many to be a method each.</summary>
public abstract class CellSuite
{
    /// <summary>
    /// The rows, in the order in which they are measured: what one made, a later one of the same side may remove. It is asked for several times, by
    /// BenchmarkDotNet too, of instances that never measure: nothing is set up here.
    /// </summary>
    public abstract IEnumerable<Cell> Cells();

    /// <summary>The same for BenchmarkDotNet, which takes an override for a second method of the name.</summary>
    public IEnumerable<Cell> Arguments()
    {
        int order = 0;
        foreach (Cell cell in Cells())
        {
            cell.Order = ++order;
            yield return cell;
        }
    }

    [Benchmark, ArgumentsSource(nameof(Arguments))]
    public Measured Measure(Cell cell) => cell.Measure();
}
