using Dataplane.Cni;
using Dataplane.Engine;
using Dataplane.Interop;

namespace Dataplane.Plugins;

/// <summary>What one call of a main plugin holds until its process ends: an ADD counts only once its result is with the runtime.</summary>
/// <param name="environment">The process.</param>
internal sealed class Call(ProcessEnvironment environment) : IDisposable
{
    private readonly PluginExecutor _executor = new();
    private Journal? _pending;

    /// <summary>The process.</summary>
    public ProcessEnvironment Environment { get; } = environment;

    /// <summary>Calls other plugins.</summary>
    public PluginDelegate Plugins => new(_executor, Environment.Stderr);

    /// <summary>Calls them for somebody else.</summary>
    /// <param name="variables">What is set over the environment: who that is.</param>
    public PluginDelegate PluginsAs(IReadOnlyList<KeyValuePair<string, string>> variables) =>
        new(new OverridingExecutor(_executor, variables), Environment.Stderr);

    /// <summary>The log of a call.</summary>
    /// <param name="request">The call; its configuration may set the level.</param>
    public StderrLog Log(CniRequest request) => new(Environment.Stderr, request.Config.Type, LogLevels.Of(request.Config, Environment));

    /// <summary>Keeps an attachment's journal open until the result is printed.</summary>
    /// <param name="journal">The journal.</param>
    public void Keep(Journal journal) => _pending = journal;

    /// <summary>Lets go of the attachment whose result could not be printed, so that it can be undone.</summary>
    public void Abandon()
    {
        if (_pending is not null)
        {
            Interruption.BeginUndo();
        }

        _pending?.Dispose();
        _pending = null;
    }

    /// <summary>The result is with the runtime: the attachment stands, whatever becomes of its record.</summary>
    public void Complete()
    {
        try
        {
            _pending?.Complete();
        }
        catch (LinuxException e)
        {
            // Every step is written down, only the end is not: DEL and GC undo it all the same, and a repeated ADD replaces it as one that was killed.
            // To fail now would be a second answer after the first.
            new StderrLog(Environment.Stderr, _pending?.Record?.Plugin ?? "", LogLevel.Warn).Warn($"the ADD succeeded, its record could not be completed: {e.Message}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _pending?.Dispose();
}
