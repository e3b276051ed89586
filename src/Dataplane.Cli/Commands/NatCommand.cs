using System.CommandLine;
using Dataplane.Cli.Output;
using Dataplane.Cli.Readers;
using Dataplane.Cli.Rows;
using Dataplane.Cli.Tables;

namespace Dataplane.Cli.Commands;

/// <summary><c>dpctl nat</c>: the translated connections.</summary>
internal static class NatCommand
{
    /// <summary><c>--pod</c>, of nat and of nat flush.</summary>
    public static Option<string?> Pod { get; } = RowOptions.Pod("connections");

    /// <summary><c>--kind</c>, likewise.</summary>
    public static Option<string?> Kind { get; } = CreateKind();

    private static readonly Option<string?> s_state = RowOptions.OneOf("--state", "Only connections in this state", NatStateNames.All);

    private static readonly Option<int?> s_limit = RowOptions.Limit();

    /// <summary>The command, with its subcommand flush.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new Command("nat", "The translated connections: masqueraded, through a host port; most recently used first")
        {
            NatFlushCommand.Create(terminal),
        };
        command.Options.Add(Pod);
        command.Options.Add(Kind);
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

            NatFilter filter = NatFilter.Create(EndpointReader.Read(node), parsed.GetValue(Pod), parsed.GetValue(Kind), parsed.GetValue(s_state));
            List<NatConnection> rows = NatReader.Read(node, filter);
            int limit = parsed.GetValue(s_limit) ?? int.MaxValue;
            Write(terminal, parsed.Format(), rows.Count <= limit ? rows : rows.GetRange(0, limit));
            if (rows.Count > limit)
            {
                terminal.Error.WriteLine($"dpctl: {Humanize.Count(rows.Count - limit, "more connection")} beyond --limit {limit}");
            }

            return ExitStatus.Ok;
        });
        return command;
    }

    /// <summary>Writes the rows.</summary>
    public static void Write(Terminal terminal, OutputFormat format, IReadOnlyList<NatConnection> rows)
    {
        if (format == OutputFormat.Json)
        {
            JsonWriter.Write(terminal, rows, DpctlJson.Default.IReadOnlyListNatConnection);
            return;
        }

        TableWriter.Write(terminal, NatTable.Columns, rows);
    }

    private static Option<string?> CreateKind()
    {
        Option<string?> option = RowOptions.OneOf("--kind", "Only connections of this kind", NatKindNames.All);
        option.Recursive = true;
        return option;
    }
}
