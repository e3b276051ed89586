namespace Dataplane.Engine;

/// <summary>What an attachment may have done to the node, each with the way back.</summary>
public enum StepKind
{
    /// <summary>"veth NAME MAC": a veth pair whose host end has this name and hardware address. Undone by deleting it.</summary>
    Veth,

    /// <summary>"ipam TYPE": addresses were asked for. Undone by the plugin's DEL, after everything else.</summary>
    Ipam,

    /// <summary>"endpoint IFINDEX GENERATION": a row of the map of endpoints. Undone by removing it while it is this generation's.</summary>
    Endpoint,

    /// <summary>
    /// "address DOMAIN GENERATION ADDRESS": a row of the map of addresses, and the one of any domain. Undone by removing them while they are this
    /// generation's.
    /// </summary>
    Address,

    /// <summary>"filters IFINDEX": the programs' filters on a device that a foreign plugin made. Undone by removing them.</summary>
    Filters,

    /// <summary>
    /// "hostport IFINDEX GENERATION ADDRESS PROTOCOL PORT": a row of the map of host ports. Undone by removing it while it is this
    /// generation's.
    /// </summary>
    HostPort,

    /// <summary>"exclusion IFINDEX GENERATION PREFIX/LENGTH": a row of the map of exclusions. Undone by removing it while it is this generation's.</summary>
    Exclusion,

    /// <summary>"done": the ADD succeeded. Without it the record is of an ADD that was killed.</summary>
    Done,
}
