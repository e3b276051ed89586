using System.Net;

namespace Dataplane.Engine;

/// <summary>What becomes of a container's packets to a destination, and why.</summary>
/// <param name="Verdict">What becomes of the source address.</param>
/// <param name="Container">The container's address.</param>
/// <param name="Destination">The destination.</param>
public sealed record MasqueradeExplanation(MasqueradeVerdict Verdict, IPAddress Container, IPAddress Destination)
{
    /// <summary>Interface index of the host end of the container's veth; 0: unknown.</summary>
    public int Endpoint { get; init; }

    /// <summary>Its name; empty: unknown.</summary>
    public string EndpointName { get; init; } = "";

    /// <summary>The device the route leads to, an uplink or not; 0: none.</summary>
    public int Device { get; init; }

    /// <summary>Its name.</summary>
    public string DeviceName { get; init; } = "";

    /// <summary>The next hop, or null.</summary>
    public IPAddress? Gateway { get; init; }

    /// <summary>The prefix of the route that matched: "0.0.0.0/0"; empty: none.</summary>
    public string Route { get; init; } = "";

    /// <summary>The table it is in; 0: none. 254 is main.</summary>
    public uint Table { get; init; }

    /// <summary>What the packet leaves as when it is masqueraded, by its route.</summary>
    public IPAddress? Source { get; init; }

    /// <summary>What it leaves as on kernels that cannot be asked for each packet (before 6.7): the uplink's one source.</summary>
    public IPAddress? DefaultSource { get; init; }

    /// <summary>The excluded prefix: "10.1.2.0/24"; empty: none matched.</summary>
    public string Exclusion { get; init; } = "";

    /// <summary>The ports it may get; 0: none.</summary>
    public ushort PortMin { get; init; }

    /// <summary>The last of them.</summary>
    public ushort PortMax { get; init; }

    /// <summary>One sentence.</summary>
    public required string Text { get; init; }
}
