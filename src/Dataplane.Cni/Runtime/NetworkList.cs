using System.Buffers;

namespace Dataplane.Cni.Runtime;

/// <summary>A network: the plugins that attach a container to it, in their order.</summary>
public sealed class NetworkList
{
    /// <summary>The network's name. It is validated by ADD, not here.</summary>
    public string Name { get; internal init; } = "";

    /// <summary>The version all plugins are called in; empty, as in a file without one, means 0.1.0.</summary>
    public string CniVersion { get; internal init; } = "";

    /// <summary>CHECK does nothing.</summary>
    public bool DisableCheck { get; internal init; }

    /// <summary>GC does nothing.</summary>
    public bool DisableGc { get; internal init; }

    /// <summary>Only the plugins in the file itself, none of the directory beside it.</summary>
    public bool LoadOnlyInlinedPlugins { get; internal init; }

    /// <summary>The plugins.</summary>
    public IReadOnlyList<PluginConfig> Plugins { get; internal init; } = [];

    /// <summary>The list as it was read.</summary>
    public ReadOnlyMemory<byte> Bytes { get; internal init; }

    /// <summary>Reads a list.</summary>
    /// <param name="json">What a *.conflist file has.</param>
    /// <exception cref="CniException">"error parsing configuration list: …", or of one plugin "failed to parse plugin config 1: …".</exception>
    public static NetworkList Parse(ReadOnlyMemory<byte> json) => NetworkListReader.Read(json);

    /// <summary>Reads a list from its file, with the plugins of the directory beside it that has the network's name.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="CniException">It cannot be read, or is no list.</exception>
    public static NetworkList Load(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        NetworkList list = Parse(NetworkDirectory.ReadFile(path));
        if (!list.LoadOnlyInlinedPlugins)
        {
            string folder = Path.Join(Path.GetDirectoryName(path), list.Name);
            List<PluginConfig> plugins = [.. list.Plugins];
            foreach (string file in NetworkDirectory.Files(folder, [".conf"], $"failed to read plugin config files in {folder}: "))
            {
                plugins.Add(PluginConfig.Parse(NetworkDirectory.ReadFile(file)));
            }
            list = list.With(plugins);
        }
        return list.Plugins.Count > 0 ? list : throw new CniException(CniErrorCode.InvalidNetworkConfig, "no plugin configs found");
    }

    /// <summary>Makes a list of the one plugin of a *.conf file, with its name and version.</summary>
    /// <param name="plugin">The plugin.</param>
    public static NetworkList FromPlugin(PluginConfig plugin)
    {
        ArgumentNullException.ThrowIfNull(plugin);
        var buffer = new ArrayBufferWriter<byte>(512);
        buffer.Write("{\"cniVersion\":"u8);
        GoJson.WriteString(buffer, plugin.CniVersion);
        buffer.Write(",\"name\":"u8);
        GoJson.WriteString(buffer, plugin.Name);
        buffer.Write(",\"plugins\":["u8);
        GoJson.Write(buffer, plugin.Root);
        buffer.Write("]}"u8);
        return Parse(buffer.WrittenSpan.ToArray());
    }

    private NetworkList With(IReadOnlyList<PluginConfig> plugins) => new()
    {
        Name = Name,
        CniVersion = CniVersion,
        DisableCheck = DisableCheck,
        DisableGc = DisableGc,
        LoadOnlyInlinedPlugins = LoadOnlyInlinedPlugins,
        Plugins = plugins,
        Bytes = Bytes,
    };
}
