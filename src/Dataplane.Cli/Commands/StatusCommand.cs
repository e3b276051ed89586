using System.CommandLine;
using Dataplane.Cli.Output;
using Dataplane.Cli.Readers;
using Dataplane.Cli.Rows;
using Dataplane.Cli.Tables;

namespace Dataplane.Cli.Commands;

/// <summary><c>dpctl status</c>: the node at a glance.</summary>
internal static class StatusCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new Command("status", "The node at a glance: its programs, maps, endpoints, and whether the fast path is on");
        command.SetAction(parsed =>
        {
            using NodeView node = NodeView.Open(parsed.GetValue(GlobalOptions.Netns));
            Write(terminal, parsed.Format(), StatusReader.Read(node));
            if (!node.IsPresent)
            {
                throw node.NoNode();
            }

            return ExitStatus.Ok;
        });
        return command;
    }

    /// <summary>Writes the report; a node without programs has no table.</summary>
    public static void Write(Terminal terminal, OutputFormat format, StatusReport status)
    {
        if (format == OutputFormat.Json)
        {
            JsonWriter.Write(terminal, status, DpctlJson.Default.StatusReport);
            return;
        }

        if (!status.Present)
        {
            return;
        }

        TableWriter.WriteFacts(terminal, StatusTables.Facts(status));
        terminal.Out.WriteLine();
        TableWriter.Write(terminal, StatusTables.Programs, status.Programs);
        terminal.Out.WriteLine();
        TableWriter.Write(terminal, StatusTables.Maps, status.Maps);
    }
}
