using System.CommandLine;
using Dataplane.Cli.Output;
using Dataplane.Cli.Readers;
using Dataplane.Cli.Rows;
using Dataplane.Cli.Tables;

namespace Dataplane.Cli.Commands;

/// <summary><c>dpctl hostports</c>: the ports of the node that lead to pods.</summary>
internal static class HostPortsCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new Command("hostports", "The node's ports that lead to pods: where to, conditions, owner");
        command.SetAction(parsed =>
        {
            using NodeView node = NodeView.Open(parsed.GetValue(GlobalOptions.Netns));
            Write(terminal, parsed.Format(), node.IsPresent ? HostPortReader.Read(node) : []);
            return node.IsPresent ? ExitStatus.Ok : throw node.NoNode();
        });
        return command;
    }

    /// <summary>Writes the rows.</summary>
    public static void Write(Terminal terminal, OutputFormat format, IReadOnlyList<HostPortMapping> rows)
    {
        if (format == OutputFormat.Json)
        {
            JsonWriter.Write(terminal, rows, DpctlJson.Default.IReadOnlyListHostPortMapping);
            return;
        }

        TableWriter.Write(terminal, HostPortTable.Columns, rows);
    }
}
