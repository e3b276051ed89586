using System.CommandLine;
using System.Net;
using Dataplane.Cli.Output;
using Dataplane.Cli.Readers;
using Dataplane.Cli.Rows;
using Dataplane.Cli.Tables;

namespace Dataplane.Cli.Commands;

/// <summary><c>dpctl masquerade explain</c>: under which address a pod's packets to a destination leave the node, and why.</summary>
internal static class MasqueradeExplainCommand
{
    private static readonly Argument<string> s_pod = AddressArgument("pod-ip", "An address of an attached container");

    private static readonly Argument<string> s_destination = AddressArgument("destination", "Where the packets go");

    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new Command("explain", "Under which address a pod's packets to a destination leave the node, by which uplink, and why");
        command.Arguments.Add(s_pod);
        command.Arguments.Add(s_destination);
        command.SetAction(parsed =>
        {
            IPAddress pod = IPAddress.Parse(parsed.GetRequiredValue(s_pod));
            IPAddress destination = IPAddress.Parse(parsed.GetRequiredValue(s_destination));
            if (pod.AddressFamily != destination.AddressFamily)
            {
                throw new CommandFailure(ExitStatus.Usage, $"{pod} and {destination} are of different families: no packet goes from one to the other");
            }

            using NodeView node = NodeView.Open(parsed.GetValue(GlobalOptions.Netns));
            if (!node.IsPresent)
            {
                throw node.NoNode();
            }

            Write(terminal, parsed.Format(), MasqueradeReportReader.Read(node, pod, destination));
            return ExitStatus.Ok;
        });
        return command;
    }

    /// <summary>Writes the explanation.</summary>
    public static void Write(Terminal terminal, OutputFormat format, MasqueradeReport report)
    {
        if (format == OutputFormat.Json)
        {
            JsonWriter.Write(terminal, report, DpctlJson.Default.MasqueradeReport);
            return;
        }

        TableWriter.WriteFacts(terminal, MasqueradeTable.Facts(report));
    }

    private static Argument<string> AddressArgument(string name, string description)
    {
        var argument = new Argument<string>(name) { Description = description };
        argument.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: string text }] && !IPAddress.TryParse(text, out _))
            {
                result.AddError($"<{name}> takes an IP address, not '{text}'");
            }
        });
        return argument;
    }
}
