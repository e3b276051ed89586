using Dataplane.Cni;
using Dataplane.Engine;
using Dataplane.Netlink;

namespace Dataplane.Plugins;

/// <summary>
/// The tuning plugin's configuration. Of the hardware address CNI_ARGS wins over the configuration, the runtime over both, and "args" over
/// everything, as it does for the other fields.
/// </summary>
internal sealed class TuningConfig
{
    private const string DefaultDataDir = "/run/cni/tuning";

    private readonly List<KeyValuePair<string, string>> _sysctls = [];
    private bool _hasDuplicates;

    private TuningConfig()
    {
    }

    /// <summary>Where what was before is kept until DEL.</summary>
    public string DataDir { get; private set; } = DefaultDataDir;

    /// <summary>The hardware address as it came; empty: it stays.</summary>
    public string Mac { get; private set; } = "";

    private bool Promiscuous { get; set; }

    private int Mtu { get; set; }

    private bool? AllMulticast { get; set; }

    private int? TxQueueLength { get; set; }

    /// <summary>Reads it. Nothing is refused yet but values of another type.</summary>
    /// <param name="request">The call.</param>
    /// <exception cref="CniException">The reference's texts.</exception>
    public static TuningConfig Parse(CniRequest request)
    {
        JsonView root = request.Config.Root.WithErrors(CniErrorCode.Internal, "failed to load netconf: ");
        var config = new TuningConfig();
        config.ReadSysctls(root);
        config.ReadLink(root);
        config.DataDir = root.GetString("dataDir") is { Length: > 0 } directory ? directory : DefaultDataDir;
        JsonView? args = root.GetObject("args")?.GetObject("cni");
        string runtimeMac = root.GetObject("runtimeConfig")?.GetString("mac") ?? "";
        string argumentMac = CniArgs.Parse(request.Args, new CniArgKey("MAC")).Get("MAC") ?? "";
        config.Mac = runtimeMac.Length > 0 ? runtimeMac : argumentMac.Length > 0 ? argumentMac : config.Mac;
        if (args is { } given)
        {
            bool duplicates = config._hasDuplicates;
            config.ReadSysctls(given);
            // Those of "args" are meant to take the place of others.
            config._hasDuplicates = duplicates;
            config.ReadLink(given);
        }

        return config;
    }

    /// <summary>Throws for sysctls that are written twice, and for those that this node does not allow.</summary>
    /// <exception cref="CniException">The reference's texts.</exception>
    public void ValidateSysctls()
    {
        if (_hasDuplicates)
        {
            throw Wrong("duplicated sysctl keys are not allowed");
        }

        SysctlAllowList.Load()?.Require(_sysctls);
    }

    /// <summary>What the interface and its namespace are to be.</summary>
    /// <param name="ifName">The container's interface.</param>
    /// <exception cref="CniException">The reference's texts.</exception>
    public LinkSettings Settings(string ifName)
    {
        var sysctls = new List<SysctlSetting>(_sysctls.Count);
        foreach ((string key, string value) in _sysctls)
        {
            SysctlName name = SysctlName.TryParse(key, ifName) ?? throw Wrong($"invalid net sysctl key: {GoText.Quote(key)}");
            sysctls.Add(new SysctlSetting(name, value));
        }

        return new LinkSettings
        {
            Sysctls = sysctls,
            Mac = Mac.Length > 0 ? ParseMac(Mac) : null,
            Promiscuous = Promiscuous ? true : null,
            Mtu = Mtu != 0 ? Mtu : null,
            AllMulticast = AllMulticast,
            TxQueueLength = TxQueueLength,
        };
    }

    private void ReadSysctls(JsonView source)
    {
        foreach ((string key, JsonView value) in source.GetObject("sysctl")?.Members() ?? [])
        {
            int at = _sysctls.FindIndex(pair => pair.Key == key);
            if (at >= 0)
            {
                _hasDuplicates = true;
                _sysctls.RemoveAt(at);
            }

            _sysctls.Add(new(key, value.AsString()));
        }
    }

    private void ReadLink(JsonView source)
    {
        Mac = source.GetString("mac", Mac);
        Promiscuous = source.GetBool("promisc", Promiscuous);
        Mtu = source.GetInt32("mtu", Mtu);
        AllMulticast = source.Get("allmulti").IsNullOrAbsent ? AllMulticast : source.GetBool("allmulti");
        TxQueueLength = source.GetNullableInt32("txQLen") ?? TxQueueLength;
    }

    private static MacAddress ParseMac(string text) =>
        MacAddress.TryParse(text, out MacAddress mac) ? mac : throw Wrong($"invalid args {text} for MAC addr: address {text}: invalid MAC address");

    private static CniException Wrong(string message) => new(CniErrorCode.Internal, message);
}
