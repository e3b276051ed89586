using System.Net;
using Dataplane.Abi;

namespace Dataplane.Engine;

/// <summary>A device of the node, and whether what containers send out of the node leaves by it.</summary>
/// <param name="IfIndex">Its interface index.</param>
/// <param name="Name">Its name; empty when it is gone.</param>
/// <param name="Flags">What its row of the map of devices says; null: it has none.</param>
/// <param name="Generation">Of the row; a new one when it became an uplink.</param>
/// <param name="Source4">What containers are masqueraded as in IPv4 where the kernel cannot be asked for each packet, or null.</param>
/// <param name="Source6">Likewise in IPv6.</param>
/// <param name="Reason">Why it is an uplink or none, as its routes and addresses are now.</param>
/// <param name="Hook">Where both programs of this node run on it: "tcx" or "clsact"; empty: they do not.</param>
public sealed record UplinkDevice(
    int IfIndex, string Name, DeviceFlags? Flags, uint Generation, IPAddress? Source4, IPAddress? Source6, UplinkReason Reason, string Hook)
{
    /// <summary>Whether it is treated as an uplink.</summary>
    public bool IsUplink => Flags is { } flags && (flags & DeviceFlags.Uplink) != 0;

    /// <summary>Whether it should be one: a refresh or the next ADD makes it one.</summary>
    public bool ShouldBeUplink => Reason <= UplinkReason.Route;

    /// <summary>Whether both programs run there.</summary>
    public bool IsAttached => Hook.Length > 0;

    /// <summary>The reason as half a sentence: "a default route leaves by it".</summary>
    public string Why => Reason switch
    {
        UplinkReason.Configured => "a pattern of \"uplinks\" has its name",
        UplinkReason.DefaultRoute => "a default route leaves by it",
        UplinkReason.Subnet => "it has an address with a subnet",
        UplinkReason.Route => "a route leaves by it",
        UplinkReason.NotConfigured => "no pattern of \"uplinks\" has its name",
        UplinkReason.Loopback => "it is the loopback device",
        UplinkReason.Container => "it is the host end of a container's veth",
        UplinkReason.Domain => "containers' addresses are on its link",
        UplinkReason.Port => "it is a port of a bridge",
        UplinkReason.NoRoute => "neither a route nor a subnet leads out by it",
        _ => "it is gone",
    };
}
