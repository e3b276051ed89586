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

    /// <summary>
    /// "queue IFINDEX GENERATION": the root qdisc of the host end of a limited container's veth. Undone by removing it unless the device has become
    /// another generation's.
    /// </summary>
    Queue,

    /// <summary>
    /// "podqueue IFINDEX GENERATION COOKIE": root qdisc and program of a limited container's own device, and its row of the map of limited pods, which has
    /// the cookie of the container's namespace. Undone by removing what is still there.
    /// </summary>
    PodQueue,

    /// <summary>
    /// "limit IFINDEX GENERATION DIRECTION RATE BURST SHAPER": rows of a limit, and the endpoint's flags; the numbers as the configuration has them, the rate
    /// 0 where an operator took the limit away. The last one of a direction counts. Undone by removing them while they are this generation's.
    /// </summary>
    Limit,

    /// <summary>
    /// "unshaped IFINDEX GENERATION PREFIX/LENGTH" or "shaped …": rows of the map of peers that limits are not for, or are only for. Undone by removing
    /// them while they are this generation's.
    /// </summary>
    LimitSubnet,

    /// <summary>
    /// "device KIND COOKIE [MAC]": a device of a kind, under the attachment's name, in the namespace of a cookie; with the hardware address when it was
    /// chosen for it. Undone by deleting it.
    /// </summary>
    Device,

    /// <summary>
    /// "moved NAME COOKIE up|down": a device of the host that goes into the namespace of a cookie, and how it was. Undone by moving it back under its
    /// name, wherever it is found by the alias it has got.
    /// </summary>
    Moved,

    /// <summary>
    /// "firewall IFINDEX GENERATION allow,same-bridge": the endpoint's flags of a policy. Undone by taking them back while the row is this
    /// generation's.
    /// </summary>
    Firewall,

    /// <summary>"zone ZONE ADDRESS": an address is given to a zone of firewalld. Undone by taking it out, and forgotten whether that works or not.</summary>
    Zone,

    /// <summary>
    /// "sysctl PATH COOKIE VALUE": a sysctl of the namespace of a cookie, with what it was in base64. Undone by writing that again.
    /// </summary>
    Sysctl,

    /// <summary>"done": the ADD succeeded. Without it the record is of an ADD that was killed.</summary>
    Done,
}
