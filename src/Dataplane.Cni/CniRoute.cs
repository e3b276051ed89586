using System.Net;

namespace Dataplane.Cni;

/// <summary>A route to set in a container.</summary>
public sealed class CniRoute
{
    /// <summary>The destination, host bits kept.</summary>
    public required IpPrefix Dst { get; set; }

    /// <summary>The next hop, or null: then the gateway of the address of the same family.</summary>
    public IPAddress? Gw { get; set; }

    /// <summary>The path's MTU in bytes; 0 when not given.</summary>
    public int Mtu { get; set; }

    /// <summary>The maximal segment size to advertise, in bytes; 0 when not given.</summary>
    public int AdvMss { get; set; }

    /// <summary>The priority (metric), lower first; 0 when not given.</summary>
    public int Priority { get; set; }

    /// <summary>The routing table, or null for main.</summary>
    public int? Table { get; set; }

    /// <summary>The scope as rtnetlink numbers it (0 universe, 253 link, 254 host), or null.</summary>
    public int? Scope { get; set; }

    /// <summary>Reads a route object, of a result or of an IPAM configuration.</summary>
    /// <param name="json">The object.</param>
    /// <exception cref="CniException">A member is missing or has another type.</exception>
    public static CniRoute FromJson(JsonView json) => new()
    {
        Dst = json.GetPrefix("dst"),
        Gw = json.GetAddress("gw"),
        Mtu = json.GetInt32("mtu"),
        AdvMss = json.GetInt32("advmss"),
        Priority = json.GetInt32("priority"),
        Table = json.GetNullableInt32("table"),
        Scope = json.GetNullableInt32("scope"),
    };
}
