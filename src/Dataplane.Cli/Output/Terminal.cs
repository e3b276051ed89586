using Spectre.Console;
using Spectre.Console.Rendering;

namespace Dataplane.Cli.Output;

/// <summary>
/// Where a command writes. On a terminal: colours, and lines folded to its width. In a pipe or a
/// file: no escape sequence, and one line a row however long, so that grep and awk work.
/// </summary>
internal sealed class Terminal(TextWriter output, TextWriter error, bool isInteractive, int width)
{
    // Wide enough for every table; tables do not fill it.
    private const int Unfolded = 4096;

    /// <summary>The terminal of this process. <c>NO_COLOR</c> (no-color.org) is honoured.</summary>
    public static Terminal Standard()
    {
        bool interactive = !Console.IsOutputRedirected;
        // A serial console says 0: it does not know.
        int width = interactive && Console.WindowWidth > 0 ? Math.Max(Console.WindowWidth, 40) : Unfolded;
        return new Terminal(Console.Out, Console.Error, interactive, width);
    }

    /// <summary>A terminal that writes into <paramref name="output"/> as if it were a file.</summary>
    public static Terminal File(TextWriter output, TextWriter error) => new(output, error, isInteractive: false, Unfolded);

    /// <summary>Standard output.</summary>
    public TextWriter Out { get; } = output;

    /// <summary>Standard error: what is said to the operator beside the report.</summary>
    public TextWriter Error { get; } = error;

    /// <summary>Draws one renderable on standard output.</summary>
    public void Render(IRenderable what)
    {
        using var drawn = new StringWriter();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isInteractive ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isInteractive && Environment.GetEnvironmentVariable("NO_COLOR") is not { Length: > 0 }
                ? ColorSystemSupport.Standard
                : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(drawn),
        });
        console.Profile.Width = width;
        // Spectre detects a terminal from the writer it was given, which here is a string.
        console.Profile.Capabilities.Ansi = isInteractive;
        console.Write(what);

        // The last column is padded like the others: no line ends in blanks.
        foreach (ReadOnlySpan<char> line in drawn.ToString().AsSpan().TrimEnd('\n').EnumerateLines())
        {
            Out.WriteLine(line.TrimEnd());
        }
    }
}
