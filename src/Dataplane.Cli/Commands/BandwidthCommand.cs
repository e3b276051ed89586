using System.CommandLine;
using Dataplane.Cli.Output;
using Dataplane.Cli.Readers;
using Dataplane.Cli.Rows;
using Dataplane.Cli.Tables;

namespace Dataplane.Cli.Commands;

/// <summary><c>dpctl bandwidth</c>: what containers may get and send, and what became of their packets.</summary>
internal static class BandwidthCommand
{
    private static readonly Option<string?> s_pod = RowOptions.Pod("limits", recursive: false);

    /// <summary>The command, with its subcommand set.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new Command("bandwidth", "The containers' bandwidth limits: rate, burst, what passed, waited, was marked, dropped, waits now")
        {
            BandwidthSetCommand.Create(terminal),
        };
        command.Options.Add(s_pod);
        command.SetAction(parsed =>
        {
            using NodeView node = NodeView.Open(parsed.GetValue(GlobalOptions.Netns));
            if (!node.IsPresent)
            {
                Write(terminal, parsed.Format(), []);
                throw node.NoNode();
            }

            HashSet<uint>? meant = parsed.GetValue(s_pod) is { } pod ? [.. PodSelector.Endpoints(EndpointReader.Read(node), pod).Select(e => e.Ifindex)] : null;
            Write(terminal, parsed.Format(), [.. node.Limits.Where(r => meant?.Contains(r.Ifindex) ?? true)]);
            return ExitStatus.Ok;
        });
        return command;
    }

    /// <summary>Writes the rows.</summary>
    public static void Write(Terminal terminal, OutputFormat format, IReadOnlyList<BandwidthRow> rows)
    {
        if (format == OutputFormat.Json)
        {
            JsonWriter.Write(terminal, rows, DpctlJson.Default.IReadOnlyListBandwidthRow);
            return;
        }

        TableWriter.Write(terminal, BandwidthTable.Columns, rows);
    }
}
