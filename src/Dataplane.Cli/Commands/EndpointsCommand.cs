using System.CommandLine;
using Dataplane.Cli.Output;
using Dataplane.Cli.Readers;
using Dataplane.Cli.Rows;
using Dataplane.Cli.Tables;

namespace Dataplane.Cli.Commands;

/// <summary><c>dpctl endpoints</c>: who is attached.</summary>
internal static class EndpointsCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new Command("endpoints", "The attached containers: device, container, addresses, mode");
        command.SetAction(parsed =>
        {
            using NodeView node = NodeView.Open(parsed.GetValue(GlobalOptions.Netns));
            Write(terminal, parsed.Format(), node.IsPresent ? EndpointReader.Read(node) : []);
            return node.IsPresent ? ExitStatus.Ok : throw node.NoNode();
        });
        return command;
    }

    /// <summary>Writes the rows.</summary>
    public static void Write(Terminal terminal, OutputFormat format, IReadOnlyList<EndpointRow> rows)
    {
        if (format == OutputFormat.Json)
        {
            JsonWriter.Write(terminal, rows, DpctlJson.Default.IReadOnlyListEndpointRow);
            return;
        }

        TableWriter.Write(terminal, EndpointTable.Columns, rows);
    }
}
