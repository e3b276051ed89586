using System.CommandLine;
using Dataplane.Cli.Output;
using Dataplane.Cli.Readers;
using Dataplane.Cli.Rows;
using Dataplane.Cli.Tables;

namespace Dataplane.Cli.Commands;

/// <summary><c>dpctl flows</c>: the conversations, and what is known of them.</summary>
internal static class FlowsCommand
{
    /// <summary><c>--pod</c>, of flows and of flows flush.</summary>
    public static Option<string?> Pod { get; } = RowOptions.Pod("flows");

    private static readonly Option<string?> s_state = RowOptions.OneOf("--state", "Only flows in this state", FlowStateNames.All);

    private static readonly Option<int?> s_limit = RowOptions.Limit();

    /// <summary>The command, with its subcommand flush.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new Command("flows", "The conversations between pods: both directions, state, devices, age; most recently used first")
        {
            FlowsFlushCommand.Create(terminal),
        };
        command.Options.Add(Pod);
        command.Options.Add(s_state);
        command.Options.Add(s_limit);
        command.SetAction(parsed =>
        {
            using NodeView node = NodeView.Open(parsed.GetValue(GlobalOptions.Netns));
            if (!node.IsPresent)
            {
                Write(terminal, parsed.Format(), []);
                throw node.NoNode();
            }

            FlowFilter filter = FlowFilter.Create(EndpointReader.Read(node), parsed.GetValue(Pod), parsed.GetValue(s_state));
            List<FlowRow> rows = FlowReader.Read(node, filter);
            int limit = parsed.GetValue(s_limit) ?? int.MaxValue;
            Write(terminal, parsed.Format(), rows.Count <= limit ? rows : rows.GetRange(0, limit));
            if (rows.Count > limit)
            {
                terminal.Error.WriteLine($"dpctl: {Humanize.Count(rows.Count - limit, "more flow")} beyond --limit {limit}");
            }

            return ExitStatus.Ok;
        });
        return command;
    }

    /// <summary>Writes the rows.</summary>
    public static void Write(Terminal terminal, OutputFormat format, IReadOnlyList<FlowRow> rows)
    {
        if (format == OutputFormat.Json)
        {
            JsonWriter.Write(terminal, rows, DpctlJson.Default.IReadOnlyListFlowRow);
            return;
        }

        TableWriter.Write(terminal, FlowTable.Columns, rows);
    }
}
