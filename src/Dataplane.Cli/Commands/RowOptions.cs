using System.CommandLine;

namespace Dataplane.Cli.Commands;

/// <summary>Options that several lists share, each with its own instance: a recursive one belongs to one command.</summary>
internal static class RowOptions
{
    /// <summary><c>--pod</c>, of a list and of its flush.</summary>
    /// <param name="rows">What is listed: "flows".</param>
    /// <param name="recursive">The list's subcommands take it too.</param>
    public static Option<string?> Pod(string rows, bool recursive = true) => new("--pod", "--address")
    {
        Description = $"Only {rows} of this pod: an address, a container ID (or how it begins) or the host end of its veth",
        HelpName = "ADDRESS|CONTAINER|DEVICE",
        Recursive = recursive,
    };

    /// <summary><c>--limit N</c>.</summary>
    public static Option<int?> Limit()
    {
        var option = new Option<int?>("--limit")
        {
            Description = "At most this many",
            HelpName = "N",
        };
        option.Validators.Add(static result =>
        {
            if (result.Tokens is [{ Value: string text }] && !(int.TryParse(text, out int limit) && limit > 0))
            {
                result.AddError($"--limit takes a positive number, not '{text}'");
            }
        });
        return option;
    }

    /// <summary>An option that takes one of a few words.</summary>
    public static Option<string?> OneOf(string name, string description, IReadOnlyList<string> words)
    {
        var option = new Option<string?>(name)
        {
            Description = description,
            HelpName = string.Join('|', words),
        };
        option.AcceptOnlyFromAmong([.. words]);
        return option;
    }
}
