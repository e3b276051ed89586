namespace Dataplane.Cni.Runtime;

/// <content>What concerns a network as a whole.</content>
public sealed partial class CniRuntime
{
    /// <summary>
    /// Collects garbage: DEL of each remembered attachment of the network that is not valid, then GC of each plugin where the version has it.
    /// What fails does not keep the rest from being collected. A network with "disableGC" is left alone.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="valid">
    /// The attachments that stay. Null, when nobody knows, detaches all that is remembered as an empty list does; but plugins get no list then,
    /// and must not take anything for stale.
    /// </param>
    /// <exception cref="CniException">Something failed; the message has a line for each.</exception>
    public void Gc(NetworkList network, IReadOnlyList<CniAttachment>? valid)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (network.DisableGc)
        {
            return;
        }
        List<string> failures = [];
        foreach (CachedAttachment cached in Cache.List())
        {
            RuntimeAttachment attachment = cached.Attachment;
            if (cached.Network != network.Name || Contains(valid, new CniAttachment(attachment.ContainerId, attachment.IfName)))
            {
                continue;
            }
            try
            {
                Del(network, attachment);
            }
            catch (CniException e)
            {
                failures.Add($"failed to delete stale attachment {attachment.ContainerId} {attachment.IfName}: {e}");
            }
        }
        if (CniVersions.Compare(network.CniVersion, FirstGc) >= 0)
        {
            foreach (PluginConfig plugin in network.Plugins)
            {
                try
                {
                    _ = Run(plugin, new PluginInput(plugin).Network(network).ValidAttachments(valid), "GC", null);
                }
                catch (CniException e)
                {
                    failures.Add($"failed to GC plugin {plugin.Type}: {e}");
                }
            }
        }
        if (failures.Count > 0)
        {
            throw new CniException(CniErrorCode.Internal, string.Join('\n', failures));
        }
    }

    /// <summary>Asks each plugin in order whether it can serve an ADD, where the version has that.</summary>
    /// <param name="network">The network.</param>
    /// <exception cref="CniException">The first plugin's that cannot, its own error: 50 or 51.</exception>
    public void Status(NetworkList network)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (CniVersions.Compare(network.CniVersion, FirstGc) < 0)
        {
            return;
        }
        foreach (PluginConfig plugin in network.Plugins)
        {
            _ = Run(plugin, new PluginInput(plugin).Network(network), "STATUS", null);
        }
    }

    /// <summary>Validates a network: each plugin is there and supports the network's version.</summary>
    /// <param name="network">The network.</param>
    /// <returns>The capabilities its plugins declare, in alphabetical order.</returns>
    /// <exception cref="CniException">A plugin is missing or too old; all of them in brackets.</exception>
    public IReadOnlyList<string> Validate(NetworkList network)
    {
        ArgumentNullException.ThrowIfNull(network);
        string version = network.CniVersion.Length > 0 ? network.CniVersion : CniVersions.Default;
        List<string> failures = [];
        List<string> capabilities = [];
        foreach (PluginConfig plugin in network.Plugins)
        {
            try
            {
                if (!Contains(Versions(plugin.Type), version))
                {
                    failures.Add($"plugin {plugin.Type} does not support config version {GoText.Quote(version)}");
                }
            }
            catch (CniException e)
            {
                failures.Add(e.ToString());
            }
            foreach ((string name, bool declared) in plugin.Capabilities)
            {
                if (declared && !capabilities.Contains(name))
                {
                    capabilities.Add(name);
                }
            }
        }
        capabilities.Sort(StringComparer.Ordinal);
        return failures.Count == 0
            ? capabilities
            : throw new CniException(CniErrorCode.IncompatibleVersion, $"[{string.Join(' ', failures)}]");
    }

    /// <summary>The versions a plugin supports: its VERSION.</summary>
    /// <param name="type">The plugin.</param>
    /// <exception cref="CniException">It is not there, or did not answer.</exception>
    public IReadOnlyList<string> Versions(string type) =>
        Plugins.Versions(PluginDelegate.Find(type, cniPath));

    private static bool Contains<T>(IReadOnlyList<T>? items, T item)
        where T : IEquatable<T>
    {
        for (int i = 0; i < items?.Count; i++)
        {
            if (items[i].Equals(item))
            {
                return true;
            }
        }
        return false;
    }
}
