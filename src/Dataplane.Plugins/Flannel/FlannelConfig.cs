using System.Text.Json;
using Dataplane.Cni;

namespace Dataplane.Plugins;

/// <summary>The flannel plugin's configuration, and the one that it makes of it for the plugin that does the work.</summary>
internal sealed class FlannelConfig
{
    private const string DefaultSubnetFile = "/run/flannel/subnet.env";
    private const string DefaultDataDir = "/var/lib/cni/flannel";
    private const string DefaultType = "bridge";

    private readonly NetworkConfig _network;
    private readonly JsonView _root;
    private readonly JsonView _delegate;

    private FlannelConfig(NetworkConfig network)
    {
        _network = network;
        _root = network.Root.WithErrors(CniErrorCode.Internal, "failed to load netconf: ");
        _delegate = _root.Get("delegate").AsObject();
        SubnetFile = _root.GetString("subnetFile") is { Length: > 0 } file ? file : DefaultSubnetFile;
        DataDir = _root.GetString("dataDir") is { Length: > 0 } directory ? directory : DefaultDataDir;
    }

    /// <summary>What flanneld has written.</summary>
    public string SubnetFile { get; }

    /// <summary>Where the made configurations are kept until DEL.</summary>
    public string DataDir { get; }

    /// <summary>The plugin that does the work.</summary>
    public string DelegateType { get; private set; } = DefaultType;

    /// <summary>Reads it.</summary>
    /// <param name="request">The call.</param>
    /// <exception cref="CniException">The reference's texts.</exception>
    public static FlannelConfig Parse(CniRequest request) => new(request.Config);

    /// <summary>Throws for a "delegate" that has what flannel sets itself.</summary>
    /// <exception cref="CniException">The reference's texts.</exception>
    public void ValidateDelegate()
    {
        foreach ((string key, JsonView value) in _delegate.Members())
        {
            if (key is "name" or "ipam")
            {
                throw Wrong($"'delegate' dictionary must not have '{key}' field, it'll be set by flannel");
            }

            if (key == "type")
            {
                DelegateType = !value.IsNullOrAbsent && value.RawText.Span[0] == (byte)'"'
                    ? value.AsString()
                    : throw Wrong("'delegate' dictionary, if present, must have (string) 'type' field");
            }
        }
    }

    /// <summary>The configuration for the other plugin: "delegate", and what it does not say.</summary>
    /// <param name="subnet">What flanneld says.</param>
    public byte[] Render(FlannelSubnet subnet)
    {
        var members = new SortedDictionary<string, Action<Utf8JsonWriter>>(StringComparer.Ordinal);
        foreach ((string key, JsonView value) in _delegate.Members())
        {
            members[key] = ConfigJson.Raw(value);
        }

        members["name"] = json => json.WriteStringValue(_network.Name);
        members.TryAdd("type", json => json.WriteStringValue(DelegateType));
        // When flannel does not masquerade, somebody has to.
        members.TryAdd("ipMasq", json => json.WriteBooleanValue(!subnet.Masquerades));
        members.TryAdd("mtu", json => json.WriteNumberValue(subnet.Mtu));
        if (DelegateType == DefaultType)
        {
            members.TryAdd("isGateway", static json => json.WriteBooleanValue(true));
        }

        if (_root.GetString("cniVersion") is { Length: > 0 } version)
        {
            members["cniVersion"] = json => json.WriteStringValue(version);
        }

        foreach (string key in (ReadOnlySpan<string>)["runtimeConfig", ConfigJson.ValidAttachments])
        {
            if (!_root.Get(key).IsNullOrAbsent)
            {
                members[key] = ConfigJson.Raw(_root.Get(key));
            }
        }

        members["ipam"] = json => WriteIpam(json, subnet);
        return ConfigJson.Write(members);
    }

    private void WriteIpam(Utf8JsonWriter json, FlannelSubnet subnet)
    {
        var members = new SortedDictionary<string, Action<Utf8JsonWriter>>(StringComparer.Ordinal);
        JsonView ipam = _root.Get("ipam").AsObject();
        foreach ((string key, JsonView value) in ipam.Members())
        {
            members[key] = ConfigJson.Raw(value);
        }

        members.TryAdd("type", static writer => writer.WriteStringValue("host-local"));
        members["ranges"] = writer => WriteRanges(writer, subnet);
        members["routes"] = writer => WriteRoutes(writer, ipam, subnet);
        ConfigJson.WriteObject(json, members);
    }

    private static void WriteRanges(Utf8JsonWriter json, FlannelSubnet subnet)
    {
        json.WriteStartArray();
        foreach (IpPrefix own in subnet.Subnets)
        {
            json.WriteStartArray();
            json.WriteStartObject();
            json.WriteString("subnet"u8, own.ToString());
            json.WriteEndObject();
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private static void WriteRoutes(Utf8JsonWriter json, JsonView ipam, FlannelSubnet subnet)
    {
        json.WriteStartArray();
        foreach (JsonView route in ipam.WithErrors(CniErrorCode.Internal, "failed to assemble Delegate IPAM: failed to read IPAM routes: failed to parse ipam.routes: ").GetObjects("routes") ?? [])
        {
            _ = CniRoute.FromJson(route);
            ConfigJson.Raw(route)(json);
        }

        foreach (IpPrefix network in subnet.Networks)
        {
            json.WriteStartObject();
            json.WriteString("dst"u8, network.ToString());
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static CniException Wrong(string message) => new(CniErrorCode.Internal, message);
}
