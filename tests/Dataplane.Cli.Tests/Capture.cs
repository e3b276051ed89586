using System.Text;
using Dataplane.Cli.Commands;
using Dataplane.Cli.Output;

namespace Dataplane.Cli.Tests;

/// <summary>dpctl's two outputs, as a pipe would get them.</summary>
internal sealed class Capture
{
    private readonly StringBuilder _out = new();
    private readonly StringBuilder _error = new();

    public Capture() => Terminal = Terminal.File(new StringWriter(_out), new StringWriter(_error));

    public Terminal Terminal { get; }

    public string Out => _out.ToString();

    public string Error => _error.ToString();

    /// <summary>Runs a command line.</summary>
    public int Run(params string[] arguments) => DpctlCommandLine.Run(arguments, Terminal);
}
