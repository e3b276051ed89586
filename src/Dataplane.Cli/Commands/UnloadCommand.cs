using System.CommandLine;
using Dataplane.Cli.Output;
using Dataplane.Cli.Readers;
using Dataplane.Cli.Rows;

namespace Dataplane.Cli.Commands;

/// <summary>
/// <c>dpctl unload</c>: takes everything of ours off a node whose containers are gone. There is no way to force it: a container without the programs
/// would lose its host ports, its masquerade and its limits at once, and nobody could give them back.
/// </summary>
internal static class UnloadCommand
{
    private const int MostNamed = 8;

    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new Command("unload", "Take the programs, pins and records off this node, once no container is attached; leases stay");
        command.SetAction(parsed =>
        {
            using NodeView node = NodeView.Open(parsed.GetValue(GlobalOptions.Netns));
            UnloadReport report = UnloadReader.Unload(node, new TerminalLog(terminal));
            Write(terminal, parsed.Format(), report);
            return report.Unloaded ? ExitStatus.Ok : throw Refused(report);
        });
        return command;
    }

    /// <summary>Writes what was done; that nothing was, for people, is the sentence of the failure.</summary>
    public static void Write(Terminal terminal, OutputFormat format, UnloadReport report)
    {
        if (format == OutputFormat.Json)
        {
            JsonWriter.Write(terminal, report, DpctlJson.Default.UnloadReport);
            return;
        }

        if (!report.Unloaded)
        {
            return;
        }

        if (!report.Present)
        {
            terminal.Out.WriteLine($"nothing of the dataplane is on this node (network namespace {report.Node})");
            return;
        }

        terminal.Out.WriteLine($"uplinks: {(report.Uplinks.Count == 0 ? "none had programs" : $"{string.Join(", ", report.Uplinks)} detached")}");
        terminal.Out.WriteLine($"cgroup: {Humanize.Count(report.SocketPrograms, "program")} detached");
        terminal.Out.WriteLine($"pins: {Humanize.Count(report.Programs, "program")} and {Humanize.Count(report.Maps, "map")} removed from {report.PinDirectory}");
        terminal.Out.WriteLine($"records: {Humanize.Count(report.Records, "container")} that had gone without a DEL; {report.RunDirectory} removed");
        terminal.Out.WriteLine("leases stay; the next ADD loads everything again");
    }

    private static CommandFailure Refused(UnloadReport report)
    {
        IReadOnlyList<AttachedRow> attached = report.Attached;
        string names = string.Join(", ", attached.Take(MostNamed).Select(Name));
        string more = attached.Count > MostNamed ? $" and {attached.Count - MostNamed} more" : string.Empty;
        string verb = attached.Count == 1 ? "is" : "are";
        // Somebody came while what containers had left, that are gone, was removed.
        string changed = report.Records == 0 ? "nothing was changed" : $"nothing but {Humanize.Count(report.Records, "record")} of containers that are gone was removed";
        return new CommandFailure(
            ExitStatus.Broken, $"{Humanize.Count(attached.Count, "container")} {verb} attached: {names}{more}; delete them first (drain the node), {changed}");
    }

    private static string Name(AttachedRow row) =>
        row.ContainerId.Length == 0 ? $"device {row.Device} without a record"
        : row.Busy ? $"{row.ContainerId} (an ADD or DEL is under way)"
        : $"{row.ContainerId} ({row.Ifname}, network {row.Network})";
}
