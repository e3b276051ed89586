namespace Dataplane.Dhcp;

/// <summary>What a plugin asks the daemon for.</summary>
public enum DaemonMethod
{
    /// <summary>Nothing known.</summary>
    None,

    /// <summary>A lease for an interface; the one it has, if it has one.</summary>
    Allocate,

    /// <summary>The end of a lease; success when there is none.</summary>
    Release,

    /// <summary>Whether an interface has a lease, and which.</summary>
    Check,

    /// <summary>Whether the daemon answers.</summary>
    Status,

    /// <summary>The end of all leases of a network but some.</summary>
    Collect,
}
