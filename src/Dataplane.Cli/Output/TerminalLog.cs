using Dataplane.Engine;

namespace Dataplane.Cli.Output;

/// <summary>What the engine tells of its doing: to an operator only what did not work.</summary>
internal sealed class TerminalLog(Terminal terminal) : ILog
{
    /// <inheritdoc/>
    public void Debug(string line)
    {
    }

    /// <inheritdoc/>
    public void Info(string line)
    {
    }

    /// <inheritdoc/>
    public void Warn(string line) => terminal.Error.WriteLine($"dpctl: {line}");
}
