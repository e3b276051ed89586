using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Dataplane.Benchmarks.Reporting;

/// <summary>A column computed from the summary and the row.</summary>
internal sealed class TextColumn(string name, string legend, Func<Summary, BenchmarkCase, string> value, bool isNumeric = false, bool isFirst = false) : IColumn
{
    public string Id => $"{nameof(TextColumn)}.{name}";

    public string ColumnName => name;

    public string Legend => legend;

    public bool AlwaysShow => true;

    public ColumnCategory Category => isFirst ? ColumnCategory.Job : ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => isNumeric;

    public UnitType UnitType => UnitType.Dimensionless;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) => value(summary, benchmarkCase);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => value(summary, benchmarkCase);

    public bool IsAvailable(Summary summary) => true;

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;
}
