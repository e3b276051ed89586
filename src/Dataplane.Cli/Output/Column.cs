namespace Dataplane.Cli.Output;

/// <summary>One column of a table over rows of <typeparamref name="T"/>.</summary>
/// <param name="Header">Its heading, in capitals.</param>
/// <param name="Text">The cell of a row; an empty cell is shown as "-".</param>
internal sealed record Column<T>(string Header, Func<T, string> Text)
{
    /// <summary>Numbers line up at their last digit.</summary>
    public bool RightAligned { get; init; }

    /// <summary>A narrow terminal folds other columns rather than this one.</summary>
    public bool StaysWhole { get; init; }

    /// <summary>What the cell of a row means.</summary>
    public Func<T, CellStyle> Style { get; init; } = static _ => CellStyle.Plain;
}
