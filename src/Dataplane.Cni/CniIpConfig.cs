using System.Net;

namespace Dataplane.Cni;

/// <summary>An address given to a container.</summary>
public sealed class CniIpConfig
{
    /// <summary>The index into <see cref="CniResult.Interfaces"/> of the interface that has it; null when none is named, as in IPAM results.</summary>
    public int? Interface { get; set; }

    /// <summary>The address with its prefix length, host bits kept.</summary>
    public required IpPrefix Address { get; set; }

    /// <summary>The default gateway of its subnet, or null.</summary>
    public IPAddress? Gateway { get; set; }
}
