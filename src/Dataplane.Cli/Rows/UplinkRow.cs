namespace Dataplane.Cli.Rows;

/// <summary>A device of the node that is no container's.</summary>
internal sealed record UplinkRow
{
    /// <summary>Its name; empty when it is gone.</summary>
    public required string Device { get; init; }

    /// <summary>Its ifindex.</summary>
    public required uint Ifindex { get; init; }

    /// <summary>One of <see cref="UplinkRoleNames"/>.</summary>
    public required string Role { get; init; }

    /// <summary>Whether its routes and addresses make it an uplink now; when <see cref="Role"/> differs, a refresh or the next ADD makes it so.</summary>
    public required bool ShouldBeUplink { get; init; }

    /// <summary>Why: half a sentence.</summary>
    public required string Reason { get; init; }

    /// <summary>What pods are masqueraded as where the route does not say; empty: nothing.</summary>
    public required string Source4 { get; init; }

    /// <summary>The same of IPv6.</summary>
    public required string Source6 { get; init; }

    /// <summary>Whether its packets have no link-layer header.</summary>
    public required bool L3 { get; init; }

    /// <summary>Where to_uplink and from_uplink run: "tcx", "clsact"; empty when one of them does not.</summary>
    public required string Hook { get; init; }

    /// <summary>A new one whenever the device becomes an uplink.</summary>
    public required uint Generation { get; init; }
}
