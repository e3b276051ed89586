namespace Dataplane.Engine;

/// <summary>Why a device is an uplink, or is none.</summary>
public enum UplinkReason
{
    /// <summary>An uplink: a pattern of "uplinks" has its name.</summary>
    Configured,

    /// <summary>An uplink: a default route leaves by it.</summary>
    DefaultRoute,

    /// <summary>An uplink: it has an address whose subnet is more than that address.</summary>
    Subnet,

    /// <summary>An uplink: a route to more than one address leaves by it.</summary>
    Route,

    /// <summary>None: no pattern of "uplinks" has its name.</summary>
    NotConfigured,

    /// <summary>None: it is the loopback device.</summary>
    Loopback,

    /// <summary>None: the host end of an attached container's veth.</summary>
    Container,

    /// <summary>None: containers' addresses are on its link, a bridge that is their gateway.</summary>
    Domain,

    /// <summary>None: it is the port of a bridge, which takes what comes in by it.</summary>
    Port,

    /// <summary>None: neither a route nor a subnet leads out by it.</summary>
    NoRoute,

    /// <summary>None: no such device.</summary>
    Gone,
}
