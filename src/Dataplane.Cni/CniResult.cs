namespace Dataplane.Cni;

/// <summary>
/// What an ADD answers, in the shape of version 1.1.0. Older versions exist only as text: <see cref="ResultJson"/> converts when
/// it reads and when it writes.
/// </summary>
public sealed class CniResult
{
    /// <summary>The version the text had that this was read from; what is written follows the configuration's.</summary>
    public string CniVersion { get; set; } = CniVersions.Current;

    /// <summary>The interfaces, in the order indices refer to.</summary>
    public List<CniInterface> Interfaces { get; init; } = [];

    /// <summary>The addresses.</summary>
    public List<CniIpConfig> Ips { get; init; } = [];

    /// <summary>The routes to set in the container.</summary>
    public List<CniRoute> Routes { get; init; } = [];

    /// <summary>The resolver's settings.</summary>
    public CniDns Dns { get; set; } = new();
}
