namespace Dataplane.Cni.Runtime;

/// <summary>One plugin of a network: its configuration as the file has it, before a call's own values are put in.</summary>
public sealed class PluginConfig
{
    private PluginConfig(JsonView root, NetworkConfig config, string cniVersion)
    {
        Root = root;
        Type = config.Type;
        Name = config.Name;
        CniVersion = cniVersion;
        Capabilities = config.Capabilities;
    }

    /// <summary>The plugin's type: the name of its executable.</summary>
    public string Type { get; }

    /// <summary>The name this object has itself, apart from its network's; mostly empty.</summary>
    public string Name { get; }

    /// <summary>The version this object has itself; empty when it has none.</summary>
    public string CniVersion { get; }

    /// <summary>The capabilities it declares, by name.</summary>
    public IReadOnlyDictionary<string, bool> Capabilities { get; }

    /// <summary>The whole object.</summary>
    public JsonView Root { get; }

    /// <summary>How error messages name it.</summary>
    internal string Description => $"type={GoText.Quote(Type)}" + (Name.Length > 0 ? $" name={GoText.Quote(Name)}" : "");

    /// <summary>Reads the configuration of one plugin.</summary>
    /// <param name="json">An object with at least "type".</param>
    /// <exception cref="CniException">"error parsing configuration: …".</exception>
    public static PluginConfig Parse(ReadOnlyMemory<byte> json) => Read(JsonView.Parse(json), "");

    /// <summary>Reads an object.</summary>
    /// <param name="root">The object.</param>
    /// <param name="prefix">What the message of an error begins with, before "error parsing configuration: ".</param>
    /// <exception cref="CniException">It has no type, or a field has another type than its own.</exception>
    internal static PluginConfig Read(JsonView root, string prefix)
    {
        root = root.WithErrors(CniErrorCode.InvalidNetworkConfig, $"{prefix}error parsing configuration: ").AsObject();
        string version = root.GetString("cniVersion");
        NetworkConfig config = NetworkConfig.Read(root);
        return config.Type.Length > 0 ? new PluginConfig(root, config, version) : throw root.Error("missing 'type'");
    }
}
