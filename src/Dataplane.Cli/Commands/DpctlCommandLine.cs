using System.CommandLine;
using System.CommandLine.Help;
using Dataplane.Cli.Output;

namespace Dataplane.Cli.Commands;

/// <summary>dpctl's command line: the commands, the options all of them have, and what a failure looks like.</summary>
internal static class DpctlCommandLine
{
    /// <summary>Parses and runs; returns the exit status (<see cref="ExitStatus"/>).</summary>
    public static int Run(IReadOnlyList<string> arguments, Terminal terminal)
    {
        ParseResult parsed = Build(terminal).Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (System.CommandLine.Parsing.ParseError error in parsed.Errors)
            {
                terminal.Error.WriteLine($"dpctl: {error.Message}");
            }

            terminal.Error.WriteLine($"dpctl: try 'dpctl {string.Join(' ', CommandPath(parsed))}--help'");
            return ExitStatus.Usage;
        }

        var configuration = new InvocationConfiguration
        {
            Output = terminal.Out,
            Error = terminal.Error,
            EnableDefaultExceptionHandler = false,
        };
        try
        {
            return parsed.Invoke(configuration);
        }
        catch (Exception failure)
        {
            CommandFailure explained = Failures.Explain(failure);
            terminal.Error.WriteLine($"dpctl: {explained.Message}");
            return explained.Status;
        }
    }

    private static RootCommand Build(Terminal terminal)
    {
        var root = new RootCommand("Shows what the dataplane does on this node: endpoints, flows, translations, limits, counters, health.")
        {
            StatusCommand.Create(terminal),
            EndpointsCommand.Create(terminal),
            FlowsCommand.Create(terminal),
            NatCommand.Create(terminal),
            HostPortsCommand.Create(terminal),
            MasqueradeCommand.Create(terminal),
            BandwidthCommand.Create(terminal),
            UplinksCommand.Create(terminal),
            CountersCommand.Create(terminal),
            DropsCommand.Create(terminal),
            DoctorCommand.Create(terminal),
            UnloadCommand.Create(terminal),
        };
        root.Options.Add(GlobalOptions.Output);
        root.Options.Add(GlobalOptions.Netns);
        foreach (HelpOption help in root.Options.OfType<HelpOption>())
        {
            help.Description = "Show what a command does and its options";
        }

        return root;
    }

    private static IEnumerable<string> CommandPath(ParseResult parsed)
    {
        var names = new List<string>();
        for (var command = parsed.CommandResult; command.Parent is System.CommandLine.Parsing.CommandResult parent; command = parent)
        {
            names.Insert(0, command.Command.Name);
        }

        return names.Append(string.Empty).Where((name, i) => i > 0 || name.Length > 0);
    }
}
