namespace Dataplane.Cli.Output;

/// <summary>Ends a command with one sentence on stderr and an exit status.</summary>
internal sealed class CommandFailure(int status, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>One of <see cref="ExitStatus"/>.</summary>
    public int Status { get; } = status;
}
