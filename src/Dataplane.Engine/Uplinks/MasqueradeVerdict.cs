namespace Dataplane.Engine;

/// <summary>What becomes of the source address of a container's packet.</summary>
public enum MasqueradeVerdict
{
    /// <summary>It leaves with the node's address.</summary>
    Masqueraded,

    /// <summary>It leaves as it is: the network has no "ipMasq".</summary>
    NotAsked,

    /// <summary>It leaves as it is: the destination is excluded, being the container's own subnet or one of "nonMasqueradeCIDRs".</summary>
    Excluded,

    /// <summary>It leaves as it is: the destination is multicast, or link-local without "masqLinkLocal".</summary>
    NotUnicast,

    /// <summary>It does not leave the node: the destination is the node itself.</summary>
    Local,

    /// <summary>It does not leave the node: the destination is a container, or on the link of one.</summary>
    OnNode,

    /// <summary>It leaves as it is, by a device that is no uplink.</summary>
    NoUplink,

    /// <summary>It is dropped: the uplink has no address of this family.</summary>
    NoSource,

    /// <summary>It is not forwarded: there is no route.</summary>
    Unreachable,

    /// <summary>Nobody attached has this address.</summary>
    UnknownContainer,
}
