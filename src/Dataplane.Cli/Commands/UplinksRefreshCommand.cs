using System.CommandLine;
using Dataplane.Cli.Output;
using Dataplane.Cli.Readers;
using Dataplane.Cli.Rows;

namespace Dataplane.Cli.Commands;

/// <summary>
/// <c>dpctl uplinks refresh</c>: looks for uplinks and their addresses now, not at the next ADD.
/// </summary>
internal static class UplinksRefreshCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new Command("refresh", "Look for uplinks and their addresses now, instead of at the next ADD");
        command.SetAction(parsed =>
        {
            using NodeView node = NodeView.Open(parsed.GetValue(GlobalOptions.Netns));
            if (!node.IsPresent)
            {
                Write(terminal, parsed.Format(), new UplinkRefreshReport([], [], []));
                throw node.NoNode();
            }

            Write(terminal, parsed.Format(), UplinkReader.Refresh(node, new TerminalLog(terminal)));
            return ExitStatus.Ok;
        });
        return command;
    }

    /// <summary>Writes what was found.</summary>
    public static void Write(Terminal terminal, OutputFormat format, UplinkRefreshReport report)
    {
        if (format == OutputFormat.Json)
        {
            JsonWriter.Write(terminal, report, DpctlJson.Default.UplinkRefreshReport);
            return;
        }

        terminal.Out.WriteLine($"uplinks: {List(report.Uplinks)}; new: {List(report.Added)}; no more: {List(report.Removed)}");
    }

    private static string List(IReadOnlyList<string> names) => names.Count == 0 ? "none" : string.Join(", ", names);
}
