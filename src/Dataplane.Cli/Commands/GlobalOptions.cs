using System.CommandLine;
using Dataplane.Cli.Output;

namespace Dataplane.Cli.Commands;

/// <summary>The options every command has.</summary>
internal static class GlobalOptions
{
    /// <summary><c>-o table|json</c>.</summary>
    public static Option<string> Output { get; } = CreateOutput();

    /// <summary><c>--netns PATH</c>.</summary>
    public static Option<string?> Netns { get; } = new("--netns")
    {
        Description = "Look into the node that is this network namespace, e.g. /run/netns/node1 or /proc/1/ns/net",
        HelpName = "PATH",
        Recursive = true,
    };

    /// <summary>The format that was asked for.</summary>
    public static OutputFormat Format(this ParseResult parsed) =>
        parsed.GetValue(Output) == "json" ? OutputFormat.Json : OutputFormat.Table;

    private static Option<string> CreateOutput()
    {
        var option = new Option<string>("--output", "-o")
        {
            Description = "How to write the report",
            HelpName = "table|json",
            DefaultValueFactory = static _ => "table",
            Recursive = true,
        };
        option.AcceptOnlyFromAmong("table", "json");
        return option;
    }
}
