using Dataplane.Cni;
using Dataplane.Engine;
using Dataplane.Interop;

namespace Dataplane.Plugins;

/// <summary>
/// The plugin "debug": changes nothing. It writes every call to a file, runs commands inside the container's namespace, and hands on what the plugin before it has
/// answered. It is the template of a new plugin: docs/adding-a-plugin.md goes through its files.
/// </summary>
/// <param name="call">The call.</param>
internal sealed class DebugPlugin(Call call) : CniPlugin
{
    /// <inheritdoc/>
    public override string Name => "debug";

    /// <inheritdoc/>
    public override CniResult Add(CniRequest request)
    {
        DebugConfig config = DebugConfig.Parse(request);
        CniResult result = request.Config.PrevResult ?? new CniResult();
        Write(config, request, result);
        Run(request, config.AddHooks);
        return result;
    }

    /// <inheritdoc/>
    public override void Del(CniRequest request)
    {
        DebugConfig config = DebugConfig.Parse(request);
        Write(config, request);
        Run(request, config.DelHooks);
    }

    /// <inheritdoc/>
    public override void Check(CniRequest request)
    {
        DebugConfig config = DebugConfig.Parse(request);
        Write(config, request);
        Run(request, config.CheckHooks);
    }

    /// <summary>Throws when calls could not be written.</summary>
    /// <param name="request">The call.</param>
    public override void Status(CniRequest request)
    {
        try
        {
            Write(DebugConfig.Parse(request), request);
        }
        catch (CniException e) when (e.InnerException is not null)
        {
            throw new CniException(CniErrorCode.PluginNotAvailable, e.Message, e.Details, e);
        }
    }

    /// <summary>There is nothing to collect: the file is a log, and it is its owner's.</summary>
    /// <param name="request">The call.</param>
    public override void Gc(CniRequest request) => Write(DebugConfig.Parse(request), request);

    private static void Write(DebugConfig config, CniRequest request, CniResult? result = null)
    {
        if (config.Output.Length > 0)
        {
            Translate.Errors(() => CallRecord.Append(config.Output, request, result));
        }
    }

    private void Run(CniRequest request, IReadOnlyList<IReadOnlyList<string>> hooks) =>
        Translate.Errors(() => new PodCommand(ChildEnvironment.Merge([]), call.Log(request)).RunAll(request.NetnsPath, hooks));
}
