using System.CommandLine;
using Dataplane.Cli.Doctor;
using Dataplane.Cli.Output;
using Dataplane.Cli.Readers;
using Dataplane.Cli.Rows;
using Dataplane.Cli.Tables;

namespace Dataplane.Cli.Commands;

/// <summary><c>dpctl doctor</c>: is this node able, is it in order, and if not, what to do.</summary>
internal static class DoctorCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new Command("doctor", "Looks for what is missing, broken or left over, and says what to do; exit status 1 when something is broken");
        command.SetAction(parsed =>
        {
            using NodeView node = NodeView.Open(parsed.GetValue(GlobalOptions.Netns));
            DoctorReport report = Examination.Of(node);
            Write(terminal, parsed.Format(), report);
            return report.Healthy ? ExitStatus.Ok : ExitStatus.Broken;
        });
        return command;
    }

    /// <summary>Writes the findings.</summary>
    public static void Write(Terminal terminal, OutputFormat format, DoctorReport report)
    {
        if (format == OutputFormat.Json)
        {
            JsonWriter.Write(terminal, report, DpctlJson.Default.DoctorReport);
            return;
        }

        TableWriter.Write(terminal, DoctorTable.Columns, report.Findings);
    }
}
