namespace Dataplane.CniTool;

/// <summary>The command line: a verb, its arguments and options, which may stand anywhere before "--".</summary>
internal sealed class CommandLine
{
    /// <summary>The verb; empty when there is none.</summary>
    public string Verb { get; private set; } = "";

    /// <summary>What is no option.</summary>
    public List<string> Arguments { get; } = [];

    /// <summary>"-i", "--ifname"; empty when not given.</summary>
    public string IfName { get; private set; } = "";

    /// <summary>"--timing".</summary>
    public bool Timing { get; private set; }

    /// <summary>"-h", "--help".</summary>
    public bool Help { get; private set; }

    /// <summary>Reads it.</summary>
    /// <param name="arguments">What follows the program's name.</param>
    /// <exception cref="UsageException">An option is unknown, or lacks its value.</exception>
    public static CommandLine Parse(IReadOnlyList<string> arguments)
    {
        var line = new CommandLine();
        bool options = true;
        for (int i = 0; i < arguments.Count; i++)
        {
            string argument = arguments[i];
            if (!options || argument.Length < 2 || argument[0] != '-')
            {
                line.Add(argument);
                // What follows the networks is somebody else's command, with options of its own.
                options &= line.Verb != "exec" || line.Arguments.Count == 0;
            }
            else if (argument == "--")
            {
                options = false;
            }
            else
            {
                line.Option(argument, arguments, ref i);
            }
        }
        return line;
    }

    private void Add(string argument)
    {
        if (Verb.Length == 0)
        {
            Verb = argument;
        }
        else if (argument != "--" || Verb != "exec" || Arguments.Count != 1)
        {
            Arguments.Add(argument);
        }
    }

    private void Option(string argument, IReadOnlyList<string> arguments, ref int at)
    {
        switch (argument)
        {
            case "-h" or "--help":
                Help = true;
                break;
            case "--timing":
                Timing = true;
                break;
            case "-i" or "--ifname":
                if (++at == arguments.Count)
                {
                    throw new UsageException(argument == "-i" ? "flag needs an argument: 'i' in -i" : "flag needs an argument: --ifname", Verb);
                }
                IfName = arguments[at];
                break;
            case ['-', 'i', .. string value]:
                IfName = value[0] == '=' ? value[1..] : value;
                break;
            case ['-', '-', ..] when argument.StartsWith("--ifname=", StringComparison.Ordinal):
                IfName = argument["--ifname=".Length..];
                break;
            case ['-', '-', ..]:
                throw new UsageException($"unknown flag: {argument.Split('=')[0]}", Verb);
            default:
                throw new UsageException($"unknown shorthand flag: '{argument[1]}' in {argument}", Verb);
        }
    }
}
