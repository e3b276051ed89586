using Dataplane.Cni;

namespace Dataplane.Plugins;

/// <summary>The configuration of the plugin "dataplane", without the fields of the main plugin, which reads them itself.</summary>
internal sealed class AllInOneConfig
{
    private const string Bridge = "bridge";
    private const string Ptp = "ptp";

    /// <summary>"mode": ptp; false: bridge.</summary>
    public bool IsPtp { get; private init; }

    /// <summary>The host ports: portmap's fields and capability.</summary>
    public required PortmapConfig Ports { get; init; }

    /// <summary>The limits: bandwidth's fields and capability.</summary>
    public required BandwidthConfig Limits { get; init; }

    /// <summary>Sysctls and the interface's settings: tuning's fields.</summary>
    public required TuningConfig Tuning { get; init; }

    /// <summary>The resolver's settings that the runtime gives by the capability "dns"; null: it gives none.</summary>
    public CniDns? Dns { get; private init; }

    /// <summary>Reads and validates it.</summary>
    /// <param name="request">The call.</param>
    /// <exception cref="CniException">The texts of the plugins whose fields they are; code 7 for "mode".</exception>
    public static AllInOneConfig Parse(CniRequest request)
    {
        JsonView root = request.Config.Root.WithErrors(CniErrorCode.InvalidNetworkConfig, "invalid configuration: ");
        string mode = root.GetString("mode", Bridge);
        if (mode is not (Bridge or Ptp))
        {
            throw root.Error($"\"mode\" is \"{mode}\": {Bridge} or {Ptp}");
        }

        return new AllInOneConfig
        {
            IsPtp = mode == Ptp,
            Ports = PortmapConfig.Parse(request),
            Limits = BandwidthConfig.Parse(request),
            Tuning = TuningConfig.Parse(request),
            Dns = ReadDns(root),
        };
    }

    // The convention's names are not those of a result.
    private static CniDns? ReadDns(JsonView root) => root.GetObject("runtimeConfig")?.GetObject("dns") is not { } given ? null : new CniDns
    {
        Nameservers = given.GetStrings("servers"),
        Search = given.GetStrings("searches"),
        Options = given.GetStrings("options"),
    };
}
