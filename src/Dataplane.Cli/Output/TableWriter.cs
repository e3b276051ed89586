using Spectre.Console;

namespace Dataplane.Cli.Output;

/// <summary>Draws rows as aligned columns; knows columns, not what they mean.</summary>
internal static class TableWriter
{
    /// <summary>Writes a heading line and a line a row; nothing for no rows.</summary>
    public static void Write<T>(Terminal terminal, IReadOnlyList<Column<T>> columns, IReadOnlyList<T> rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

        Table table = NewTable();
        foreach (Column<T> column in columns)
        {
            var header = new TableColumn(new Text(column.Header, new Style(decoration: Decoration.Bold))) { Padding = new Padding(0, 0, 2, 0), NoWrap = column.StaysWhole };
            table.AddColumn(column.RightAligned ? header.RightAligned() : header);
        }

        foreach (T row in rows)
        {
            table.AddRow(columns.Select(c => Cell(c.Text(row), c.Style(row))));
        }

        terminal.Render(table);
    }

    /// <summary>Writes "name  value" lines: the table of a single object.</summary>
    public static void WriteFacts(Terminal terminal, IEnumerable<(string Name, string Value, CellStyle Style)> facts)
    {
        Table table = NewTable();
        table.ShowHeaders = false;
        table.AddColumn(new TableColumn(string.Empty) { Padding = new Padding(0, 0, 2, 0), NoWrap = true });
        table.AddColumn(new TableColumn(string.Empty) { Padding = new Padding(0, 0, 0, 0) });
        foreach ((string name, string value, CellStyle style) in facts)
        {
            table.AddRow(new Text(name, new Style(decoration: Decoration.Bold)), Cell(value, style));
        }

        terminal.Render(table);
    }

    private static Table NewTable() => new() { Border = TableBorder.None, Expand = false };

    // Text, never Markup: a container's name may hold brackets.
    private static Text Cell(string text, CellStyle style) =>
        new(text.Length == 0 ? "-" : text, style switch
        {
            CellStyle.Good => new Style(Color.Green),
            CellStyle.Attention => new Style(Color.Yellow),
            CellStyle.Bad => new Style(Color.Red, decoration: Decoration.Bold),
            CellStyle.Faint => new Style(Color.Grey),
            _ => Style.Plain,
        });
}
