using System.Net;

namespace Dataplane.Engine;

/// <summary>An address for a container's interface.</summary>
/// <param name="Address">The address, host bits and all.</param>
/// <param name="PrefixLength">Of its subnet, in bits.</param>
/// <param name="Gateway">The subnet's gateway, or null.</param>
public sealed record PlannedAddress(IPAddress Address, int PrefixLength, IPAddress? Gateway)
{
    /// <summary>"10.1.2.3/24".</summary>
    public override string ToString() => $"{Address}/{PrefixLength}";
}
