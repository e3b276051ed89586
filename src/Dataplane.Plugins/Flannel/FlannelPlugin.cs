using Dataplane.Cni;
using Dataplane.Engine;
using Dataplane.Interop;

namespace Dataplane.Plugins;

/// <summary>The plugin "flannel": makes a configuration of what flanneld says about this node, and lets another plugin do the work with it.</summary>
/// <param name="call">The call.</param>
internal sealed class FlannelPlugin(Call call) : CniPlugin
{
    private readonly PluginDelegate _plugins = call.Plugins;

    /// <inheritdoc/>
    public override string Name => "flannel";

    /// <inheritdoc/>
    public override CniResult Add(CniRequest request)
    {
        FlannelConfig config = FlannelConfig.Parse(request);
        FlannelSubnet subnet = FlannelSubnet.Load(config.SubnetFile);
        config.ValidateDelegate();
        byte[] rendered = config.Render(subnet);
        var store = new DelegateStore(config.DataDir);
        Translate.Errors(() => store.Write(request.ContainerId, rendered));
        try
        {
            return _plugins.Add(request.As(CniCommand.Add, stdin: rendered), config.DelegateType);
        }
        catch (CniException e)
        {
            Undo(request, config.DelegateType, rendered, store);
            throw new CniException(e.Code, $"failed to delegate add: {e.Message}", e.Details, e);
        }
    }

    /// <inheritdoc/>
    public override void Del(CniRequest request)
    {
        var store = new DelegateStore(FlannelConfig.Parse(request).DataDir);
        if (Translate.Errors(() => store.Read(request.ContainerId)) is not { } rendered)
        {
            return;
        }

        if (DelegateStore.TryParse(rendered) is { Type.Length: > 0 } config)
        {
            _plugins.Del(request.As(CniCommand.Del, stdin: rendered), config.Type);
        }
        else
        {
            call.Log(request).Warn($"the configuration kept for container {request.ContainerId} is none: nothing can be detached by it");
        }

        Translate.Errors(() => store.Remove(request.ContainerId));
    }

    /// <inheritdoc/>
    public override void Check(CniRequest request)
    {
        FlannelConfig config = FlannelConfig.Parse(request);
        // As it was at ADD. Without the file the container was attached by nobody we know of, and the reference says nothing.
        if (Translate.Errors(() => new DelegateStore(config.DataDir).Read(request.ContainerId)) is not { } kept || DelegateStore.TryParse(kept) is not { Type.Length: > 0 } made)
        {
            return;
        }

        byte[] rendered = ConfigJson.With(made.Root, "prevResult", request.Config.Root.Get("prevResult").AsObject());
        _plugins.Check(request.As(CniCommand.Check, stdin: rendered), made.Type);
    }

    /// <summary>Throws while flanneld has not said what this node needs, and what the other plugin's STATUS throws.</summary>
    /// <param name="request">The call.</param>
    public override void Status(CniRequest request)
    {
        FlannelConfig config = FlannelConfig.Parse(request);
        config.ValidateDelegate();
        byte[] rendered = [];
        NodeStatus.Require(() =>
        {
            rendered = config.Render(FlannelSubnet.Load(config.SubnetFile));
            WriteAccess.Require(config.DataDir);
        });
        NodeStatus.Delegate(call, request.As(CniCommand.Status, stdin: rendered), config.DelegateType);
    }

    /// <inheritdoc/>
    public override void Gc(CniRequest request)
    {
        FlannelConfig config = FlannelConfig.Parse(request);
        config.ValidateDelegate();
        var store = new DelegateStore(config.DataDir);
        List<string> failures = [];
        try
        {
            if (ForGc(request, config, store) is { } made)
            {
                _plugins.Gc(request.As(CniCommand.Gc, stdin: made), NetworkConfig.Parse(made).Type);
            }
        }
        catch (CniException e)
        {
            failures.Add(e.ToString());
        }

        // No list is not an empty list: without one nobody said that anything is stale. What the other plugin could not collect needs its configuration still.
        if (failures.Count == 0 && request.Config.ValidAttachments is { } valid)
        {
            Translate.Errors(() => Collect(store, request.Config.Name, valid));
        }

        GarbageCollection.Report(failures);
    }

    // After a reboot flanneld may have said nothing yet, and what is stale is to be found all the same: by any of the network's kept configurations. Without one
    // there is nothing of the network.
    private static byte[]? ForGc(CniRequest request, FlannelConfig config, DelegateStore store)
    {
        if (File.Exists(config.SubnetFile))
        {
            return config.Render(FlannelSubnet.Load(config.SubnetFile));
        }

        return Translate.Errors(() =>
        {
            foreach (string container in store.Containers())
            {
                if (store.Read(container) is { } kept && DelegateStore.TryParse(kept) is { Type.Length: > 0 } made && made.Name == request.Config.Name)
                {
                    return ConfigJson.With(made.Root, ConfigJson.ValidAttachments, request.Config.Root.Get(ConfigJson.ValidAttachments));
                }
            }

            return null;
        });
    }

    private static void Collect(DelegateStore store, string network, IReadOnlyList<CniAttachment> valid)
    {
        HashSet<string> living = [];
        foreach (CniAttachment attachment in valid)
        {
            living.Add(attachment.ContainerId);
        }

        foreach (string container in store.Containers())
        {
            if (!living.Contains(container) && store.Read(container) is { } rendered && DelegateStore.TryParse(rendered)?.Name == network)
            {
                store.Remove(container);
            }
        }
    }

    // The specification asks it of whoever delegates: what a plugin left that failed is removed by its DEL.
    private void Undo(CniRequest request, string type, byte[] rendered, DelegateStore store)
    {
        Interruption.BeginUndo();
        try
        {
            _plugins.Del(request.As(CniCommand.Del, stdin: rendered), type);
            Translate.Errors(() => store.Remove(request.ContainerId));
        }
        catch (CniException e)
        {
            // The file stays for the runtime's DEL.
            call.Log(request).Warn($"undoing the ADD of {type} failed: {e.Message}");
        }
    }
}
