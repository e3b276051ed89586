using System.CommandLine;
using Dataplane.Cli.Output;
using Dataplane.Cli.Readers;
using Dataplane.Cli.Rows;
using Dataplane.Cli.Tables;

namespace Dataplane.Cli.Commands;

/// <summary><c>dpctl uplinks</c>: the devices towards the outside.</summary>
internal static class UplinksCommand
{
    private static readonly Option<bool> s_all = new("--all", "-a") { Description = "Also devices that were looked at and are no uplinks (JSON always has all)" };

    /// <summary>The command, with its subcommand refresh.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new Command("uplinks", "The devices towards the outside: programs, what pods are masqueraded as")
        {
            UplinksRefreshCommand.Create(terminal),
        };
        command.Options.Add(s_all);
        command.SetAction(parsed =>
        {
            using NodeView node = NodeView.Open(parsed.GetValue(GlobalOptions.Netns));
            Write(terminal, parsed.Format(), node.IsPresent ? node.Uplinks : [], parsed.GetValue(s_all));
            return node.IsPresent ? ExitStatus.Ok : throw node.NoNode();
        });
        return command;
    }

    /// <summary>Writes the rows; a table has uplinks only, unless <paramref name="all"/>.</summary>
    public static void Write(Terminal terminal, OutputFormat format, IReadOnlyList<UplinkRow> rows, bool all)
    {
        if (format == OutputFormat.Json)
        {
            JsonWriter.Write(terminal, rows, DpctlJson.Default.IReadOnlyListUplinkRow);
            return;
        }

        TableWriter.Write(terminal, UplinkTable.Columns, all ? rows : [.. rows.Where(r => r.Role == UplinkRoleNames.Uplink)]);
    }
}
