using System.Text.Json;

namespace Dataplane.Cni.Runtime;

/// <summary>Reads lists. Unlike in a plugin's configuration, the names of members have to match exactly here, as in libcni.</summary>
internal static class NetworkListReader
{
    private const string Prefix = "error parsing configuration list: ";

    /// <summary>Reads a list.</summary>
    /// <param name="json">The text.</param>
    /// <exception cref="CniException">It is no list.</exception>
    public static NetworkList Read(ReadOnlyMemory<byte> json)
    {
        JsonView root = JsonView.Parse(json, CniErrorCode.InvalidNetworkConfig, Prefix);
        if (!root.IsObject && !root.IsNullOrAbsent)
        {
            throw root.Error($"json: cannot unmarshal {(root.Kind == JsonTokenType.StartArray ? "array" : GoText.TypeName(root).Replace("float64", "number"))} "
                + "into Go value of type map[string]interface {}");
        }
        var members = new Dictionary<string, JsonView>(StringComparer.Ordinal);
        foreach ((string key, JsonView value) in root.Members())
        {
            members[key] = value;
        }

        string name = members.TryGetValue("name", out JsonView given)
            ? Text(given, "invalid name type")
            : throw root.Error("no name");
        string version = members.TryGetValue("cniVersion", out given) ? Text(given, "invalid cniVersion type") : "";
        if (members.TryGetValue("cniVersions", out given))
        {
            version = Newest(given, version);
        }
        bool onlyInlined;
        var list = new NetworkList
        {
            Name = name,
            CniVersion = version,
            DisableCheck = Flag(members, "disableCheck"),
            DisableGc = Flag(members, "disableGC"),
            LoadOnlyInlinedPlugins = onlyInlined = Flag(members, "loadOnlyInlinedPlugins"),
            Plugins = members.TryGetValue("plugins", out JsonView plugins) ? ReadPlugins(plugins) : [],
            Bytes = json,
        };
        return onlyInlined && plugins.Kind == JsonTokenType.None
            ? throw root.Error("`loadOnlyInlinedPlugins` is true, and no 'plugins' key")
            : list;
    }

    private static PluginConfig[] ReadPlugins(JsonView value)
    {
        if (value.Kind != JsonTokenType.StartArray)
        {
            throw value.Error($"invalid 'plugins' type {GoText.TypeName(value)}");
        }
        IReadOnlyList<JsonView> items = value.AsItems();
        if (items.Count == 0)
        {
            throw value.Error("no plugins in list");
        }
        var plugins = new PluginConfig[items.Count];
        for (int i = 0; i < plugins.Length; i++)
        {
            plugins[i] = PluginConfig.Read(items[i], $"failed to parse plugin config {i}: ");
        }
        return plugins;
    }

    // Versions newer than the library's are passed over: the file may be meant for newer runtimes as well.
    private static string Newest(JsonView value, string version)
    {
        if (value.Kind != JsonTokenType.StartArray)
        {
            throw value.Error($"invalid type for cniVersions: {GoText.TypeName(value)}");
        }
        string newest = "";
        IReadOnlyList<JsonView> items = value.AsItems();
        for (int i = 0; i < items.Count; i++)
        {
            string item = Text(items[i], $"invalid type for cniVersions index {i}:");
            newest = Newer(items[i], newest, item, $"invalid cniVersions entry {item} at index {i}");
        }
        if (version.Length > 0)
        {
            newest = Newer(value, newest, version, $"invalid cniVersion {version}");
        }
        return newest.Length > 0 ? newest : version;
    }

    private static string Newer(JsonView where, string newest, string candidate, string failure)
    {
        try
        {
            return CniVersions.Compare(candidate, CniVersions.Current) <= 0 && (newest.Length == 0 || CniVersions.Compare(candidate, newest) > 0)
                ? candidate
                : newest;
        }
        catch (CniException e)
        {
            throw where.Error($"{failure}: {e.Message}");
        }
    }

    private static bool Flag(Dictionary<string, JsonView> members, string key)
    {
        if (!members.TryGetValue(key, out JsonView value))
        {
            return false;
        }
        switch (value.Kind)
        {
            case JsonTokenType.True or JsonTokenType.False:
                return value.AsBool();
            case JsonTokenType.String:
                string text = value.AsString().ToLowerInvariant();
                return text == "true" || (text == "false" ? false : throw value.Error($"invalid value {GoText.Quote(text)} for {key}"));
            default:
                throw value.Error($"invalid type {GoText.TypeName(value)} for {key}");
        }
    }

    private static string Text(JsonView value, string failure) =>
        value.Kind == JsonTokenType.String ? value.AsString() : throw value.Error($"{failure} {GoText.TypeName(value)}");
}
