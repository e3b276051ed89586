namespace Dataplane.Cni;

/// <summary>
/// A network configuration as a plugin gets it: the fields every plugin knows. Each plugin reads its own from <see cref="Root"/>.
/// </summary>
public sealed class NetworkConfig
{
    private CniResult? _prevResult;

    private NetworkConfig(JsonView root) => Root = root;

    /// <summary>The version; "0.1.0" when the configuration has none.</summary>
    public string CniVersion { get; private init; } = CniVersions.Default;

    /// <summary>The network's name; validated by <see cref="PluginHost"/>.</summary>
    public string Name { get; private init; } = "";

    /// <summary>The plugin's type.</summary>
    public string Type { get; private init; } = "";

    /// <summary>The capabilities the configuration declares, by name.</summary>
    public IReadOnlyDictionary<string, bool> Capabilities { get; private init; } = new Dictionary<string, bool>();

    /// <summary>The type of the IPAM plugin; empty for none.</summary>
    public string IpamType { get; private init; } = "";

    /// <summary>The resolver's settings.</summary>
    public CniDns Dns { get; private init; } = new();

    /// <summary>The attachments that GC must keep. Null, when the runtime gave no list, is not the same as empty: nothing is valid.</summary>
    public IReadOnlyList<CniAttachment>? ValidAttachments { get; private init; }

    /// <summary>The whole configuration.</summary>
    public JsonView Root { get; }

    /// <summary>What the runtime adds for the capabilities; absent members when there is none.</summary>
    public JsonView RuntimeConfig => Root.Get("runtimeConfig").AsObject();

    /// <summary>The conventional arguments, <c>args.cni</c>; absent members when there are none.</summary>
    public JsonView ArgsCni => Root.Get("args").AsObject().Get("cni").AsObject();

    /// <summary>
    /// The result of the plugin before this one, or of the ADD for CHECK and DEL; null when there is none. It is read when first asked for,
    /// so a command that does not need it does not fail for it.
    /// </summary>
    /// <exception cref="CniException">"could not parse prevResult: …", code <see cref="CniErrorCode.Internal"/>.</exception>
    public CniResult? PrevResult
    {
        get
        {
            if (_prevResult is null && Root.GetObject("prevResult") is { } json)
            {
                _prevResult = ResultJson.ReadAs(json.WithErrors(CniErrorCode.Internal, "could not parse prevResult: "), CniVersion);
            }
            return _prevResult;
        }
    }

    /// <summary>Reads a configuration. Its name and version are not validated.</summary>
    /// <param name="json">The configuration's text.</param>
    /// <exception cref="CniException"><see cref="CniErrorCode.Decoding"/>: not JSON, not an object, or a field has another type.</exception>
    public static NetworkConfig Parse(ReadOnlySpan<byte> json) => Read(JsonView.Parse(json.ToArray(), JsonErrors.Config));

    internal static NetworkConfig Read(JsonView root)
    {
        _ = root.AsObject();
        Dictionary<string, bool> capabilities = [];
        foreach ((string name, JsonView value) in root.Get("capabilities").Members())
        {
            capabilities[name] = value.AsBool();
        }
        _ = root.GetObject("prevResult");
        return new NetworkConfig(root)
        {
            CniVersion = ReadVersion(root),
            Name = root.GetString("name"),
            Type = root.GetString("type"),
            Capabilities = capabilities,
            IpamType = root.Get("ipam").AsObject().GetString("type"),
            Dns = CniDns.FromJson(root.Get("dns").AsObject()),
            ValidAttachments = ReadAttachments(root.GetObjects("cni.dev/valid-attachments")),
        };
    }

    internal static string ReadVersion(JsonView root) =>
        root.WithErrors(JsonErrors.ConfigVersion).GetString("cniVersion") is { Length: > 0 } version ? version : CniVersions.Default;

    private static CniAttachment[]? ReadAttachments(IReadOnlyList<JsonView>? items)
    {
        if (items is null)
        {
            return null;
        }
        var attachments = new CniAttachment[items.Count];
        for (int i = 0; i < attachments.Length; i++)
        {
            attachments[i] = new CniAttachment(items[i].GetString("containerID"), items[i].GetString("ifname"));
        }
        return attachments;
    }
}
