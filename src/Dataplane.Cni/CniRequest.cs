namespace Dataplane.Cni;

/// <summary>One call of a plugin: its environment and its configuration, validated. Immutable.</summary>
public sealed class CniRequest
{
    /// <summary>What is asked for.</summary>
    public required CniCommand Command { get; init; }

    /// <summary>CNI_CONTAINERID; valid for ADD, DEL and CHECK, else whatever the caller set, mostly empty.</summary>
    public string ContainerId { get; init; } = "";

    /// <summary>CNI_NETNS; empty on DEL when the namespace is gone.</summary>
    public string NetnsPath { get; init; } = "";

    /// <summary>CNI_IFNAME, the interface's name inside the container.</summary>
    public string IfName { get; init; } = "";

    /// <summary>CNI_ARGS as it came, see <see cref="CniArgs"/>.</summary>
    public string Args { get; init; } = "";

    /// <summary>CNI_PATH: where delegated plugins are looked for, separated by ':'.</summary>
    public string Path { get; init; } = "";

    /// <summary>CNI_NETNS_OVERRIDE is "1" or "true": the plugin's own namespace may be given as CNI_NETNS.</summary>
    public bool NetnsOverride { get; init; }

    /// <summary>The configuration.</summary>
    public required NetworkConfig Config { get; init; }

    /// <summary>The configuration's bytes as they came on stdin, for delegated plugins.</summary>
    public ReadOnlyMemory<byte> Stdin { get; init; }

    /// <summary>The same call as another command, and with another netns path or other input for delegated plugins where one is given.</summary>
    /// <param name="command">The command.</param>
    /// <param name="netnsPath">The netns path, or null to keep it.</param>
    /// <param name="stdin">The configuration's bytes, or null to keep them.</param>
    public CniRequest As(CniCommand command, string? netnsPath = null, ReadOnlyMemory<byte>? stdin = null) => new()
    {
        Command = command,
        ContainerId = ContainerId,
        NetnsPath = netnsPath ?? NetnsPath,
        IfName = IfName,
        Args = Args,
        Path = Path,
        NetnsOverride = NetnsOverride,
        Config = Config,
        Stdin = stdin ?? Stdin,
    };
}
