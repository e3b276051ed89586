using System.CommandLine;
using Dataplane.Cli.Output;
using Dataplane.Cli.Readers;
using Dataplane.Cli.Rows;

namespace Dataplane.Cli.Commands;

/// <summary>
/// <c>dpctl flows flush</c>: makes established flows prove themselves anew. A fast flow does not pass
/// FORWARD any more, so after a change of policy this is what puts it to the rules again.
/// </summary>
internal static class FlowsFlushCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new Command("flush", "Forget flows, so that their next packets pass the node's stack and its rules again");
        command.SetAction(parsed =>
        {
            using NodeView node = NodeView.Open(parsed.GetValue(GlobalOptions.Netns));
            if (!node.IsPresent)
            {
                Write(terminal, parsed.Format(), new FlushReport(0));
                throw node.NoNode();
            }

            FlowFilter filter = FlowFilter.Create(EndpointReader.Read(node), parsed.GetValue(FlowsCommand.Pod), state: null);
            Write(terminal, parsed.Format(), new FlushReport(FlowReader.Flush(node, filter)));
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

        terminal.Out.WriteLine($"{Humanize.Count(report.Flushed, "flow")} flushed");
    }
}
