using System.CommandLine;
using Dataplane.Cli.Output;
using Dataplane.Cli.Readers;
using Dataplane.Cli.Rows;
using Dataplane.Cli.Tables;

namespace Dataplane.Cli.Commands;

/// <summary><c>dpctl drops</c>: what was dropped, why, and the last packet of each.</summary>
internal static class DropsCommand
{
    private static readonly Option<bool> s_all = new("--all", "-a") { Description = "Also drops that are zero (JSON always has all)" };

    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new Command("drops", "What was dropped: reason, count, the last packet and when");
        command.Options.Add(s_all);
        command.SetAction(parsed =>
        {
            using NodeView node = NodeView.Open(parsed.GetValue(GlobalOptions.Netns));
            Write(terminal, parsed.Format(), node.IsPresent ? DropReader.Read(node) : [], parsed.GetValue(s_all));
            return node.IsPresent ? ExitStatus.Ok : throw node.NoNode();
        });
        return command;
    }

    /// <summary>Writes the rows; a table leaves zeros out unless <paramref name="all"/>.</summary>
    public static void Write(Terminal terminal, OutputFormat format, IReadOnlyList<DropSummary> rows, bool all)
    {
        if (format == OutputFormat.Json)
        {
            JsonWriter.Write(terminal, rows, DpctlJson.Default.IReadOnlyListDropSummary);
            return;
        }

        TableWriter.Write(terminal, DropTable.Columns, all ? rows : [.. rows.Where(r => r.Packets > 0)]);
    }
}
