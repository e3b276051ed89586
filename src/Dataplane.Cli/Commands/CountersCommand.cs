using System.CommandLine;
using Dataplane.Cli.Output;
using Dataplane.Cli.Readers;
using Dataplane.Cli.Rows;
using Dataplane.Cli.Tables;

namespace Dataplane.Cli.Commands;

/// <summary><c>dpctl counters</c>: where the packets went, and why.</summary>
internal static class CountersCommand
{
    private static readonly Option<bool> s_all = new("--all", "-a") { Description = "Also counters that are zero (JSON always has all)" };

    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new Command("counters", "Where packets went, each way out of a program by name");
        command.Options.Add(s_all);
        command.SetAction(parsed =>
        {
            using NodeView node = NodeView.Open(parsed.GetValue(GlobalOptions.Netns));
            Write(terminal, parsed.Format(), node.IsPresent ? CounterReader.Read(node) : [], parsed.GetValue(s_all));
            return node.IsPresent ? ExitStatus.Ok : throw node.NoNode();
        });
        return command;
    }

    /// <summary>Writes the rows; a table leaves zeros out unless <paramref name="all"/>.</summary>
    public static void Write(Terminal terminal, OutputFormat format, IReadOnlyList<CounterRow> rows, bool all)
    {
        if (format == OutputFormat.Json)
        {
            JsonWriter.Write(terminal, rows, DpctlJson.Default.IReadOnlyListCounterRow);
            return;
        }

        TableWriter.Write(terminal, CounterTable.Columns, all ? rows : [.. rows.Where(r => r.Packets > 0)]);
    }
}
