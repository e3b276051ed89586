namespace Dataplane.TestKit;

/// <summary>One call of a plugin: which, with what environment and configuration. Null leaves a variable out.</summary>
public sealed record PluginCall(string Plugin, string? Command, string Config)
{
    public string? ContainerId { get; init; }

    public string? Netns { get; init; }

    public string? IfName { get; init; }

    public string? Args { get; init; }

    /// <summary>CNI_PATH; null: the directory of the plugin, unless <see cref="WithoutPath"/>.</summary>
    public string? Path { get; init; }

    /// <summary>Leaves CNI_PATH out.</summary>
    public bool WithoutPath { get; init; }

    /// <summary>Further variables, such as CNI_NETNS_OVERRIDE.</summary>
    public IReadOnlyDictionary<string, string> Extra { get; init; } = new Dictionary<string, string>();
}
