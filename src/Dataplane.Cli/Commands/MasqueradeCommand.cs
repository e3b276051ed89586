using System.CommandLine;
using Dataplane.Cli.Output;
using Dataplane.Cli.Readers;
using Dataplane.Cli.Rows;
using Dataplane.Cli.Tables;

namespace Dataplane.Cli.Commands;

/// <summary><c>dpctl masquerade</c>: which containers leave the node under its address.</summary>
internal static class MasqueradeCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new Command("masquerade", "Which containers leave the node under its address: ports, exclusions")
        {
            MasqueradeExplainCommand.Create(terminal),
        };
        command.SetAction(parsed =>
        {
            using NodeView node = NodeView.Open(parsed.GetValue(GlobalOptions.Netns));
            Write(terminal, parsed.Format(), node.IsPresent ? MasqueradeReader.Read(node) : []);
            return node.IsPresent ? ExitStatus.Ok : throw node.NoNode();
        });
        return command;
    }

    /// <summary>Writes the rows.</summary>
    public static void Write(Terminal terminal, OutputFormat format, IReadOnlyList<MasqueradeRow> rows)
    {
        if (format == OutputFormat.Json)
        {
            JsonWriter.Write(terminal, rows, DpctlJson.Default.IReadOnlyListMasqueradeRow);
            return;
        }

        TableWriter.Write(terminal, MasqueradeTable.Columns, rows);
    }
}
