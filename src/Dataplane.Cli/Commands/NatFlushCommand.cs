using System.CommandLine;
using Dataplane.Cli.Output;
using Dataplane.Cli.Readers;
using Dataplane.Cli.Rows;

namespace Dataplane.Cli.Commands;

/// <summary>
/// <c>dpctl nat flush</c>: forgets connections. A pod's next packet makes a new one, with the same port of the node when that
/// is free; what the outside sends meanwhile is nobody's.
/// </summary>
internal static class NatFlushCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new Command("flush", "Forget translated connections: the side that began has to send next");
        command.SetAction(parsed =>
        {
            using NodeView node = NodeView.Open(parsed.GetValue(GlobalOptions.Netns));
            if (!node.IsPresent)
            {
                Write(terminal, parsed.Format(), new FlushReport(0));
                throw node.NoNode();
            }

            NatFilter filter = NatFilter.Create(EndpointReader.Read(node), parsed.GetValue(NatCommand.Pod), parsed.GetValue(NatCommand.Kind), state: null);
            Write(terminal, parsed.Format(), new FlushReport(NatReader.Flush(node, filter)));
            return ExitStatus.Ok;
        });
        return command;
    }

    /// <summary>Writes what was done.</summary>
    public static void Write(Terminal terminal, OutputFormat format, FlushReport report)
    {
        if (format == OutputFormat.Json)
        {
            JsonWriter.Write(terminal, report, DpctlJson.Default.FlushReport);
            return;
        }

        terminal.Out.WriteLine($"{Humanize.Count(report.Flushed, "connection")} flushed");
    }
}
