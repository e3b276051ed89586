using Dataplane.Cli.Output;
using Dataplane.Cli.Rows;

namespace Dataplane.Cli.Tables;

/// <summary>The columns of <c>dpctl doctor</c>.</summary>
internal static class DoctorTable
{
    /// <summary>The columns, left to right.</summary>
    public static IReadOnlyList<Column<Finding>> Columns { get; } =
    [
        new("VERDICT", f => f.Verdict) { Style = StyleOf, StaysWhole = true },
        new("AREA", f => f.Area) { StaysWhole = true },
        new("SUBJECT", f => f.Subject) { StaysWhole = true },
        new("FINDING", f => f.Message),
    ];

    private static CellStyle StyleOf(Finding finding) => finding.Verdict switch
    {
        Verdict.Ok => CellStyle.Good,
        Verdict.Warning => CellStyle.Attention,
        _ => CellStyle.Bad,
    };
}
