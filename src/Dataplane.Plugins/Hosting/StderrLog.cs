using System.Text;
using Dataplane.Engine;

namespace Dataplane.Plugins;

/// <summary>Lines on standard error, "dataplane bridge: info: …".</summary>
/// <param name="stderr">Where they go.</param>
/// <param name="plugin">The plugin's name.</param>
/// <param name="level">What is told.</param>
internal sealed class StderrLog(Stream stderr, string plugin, LogLevel level) : ILog
{
    /// <inheritdoc/>
    public void Debug(string line) => Write(LogLevel.Debug, "debug", line);

    /// <inheritdoc/>
    public void Info(string line) => Write(LogLevel.Info, "info", line);

    /// <inheritdoc/>
    public void Warn(string line) => Write(LogLevel.Warn, "warn", line);

    private void Write(LogLevel at, string name, string line)
    {
        if (at > level)
        {
            return;
        }

        try
        {
            stderr.Write(Encoding.UTF8.GetBytes($"dataplane {plugin}: {name}: {line.ReplaceLineEndings(" ")}\n"));
        }
        catch (IOException)
        {
            // Nobody listens.
        }
    }
}
