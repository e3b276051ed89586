using Dataplane.Interop;

namespace Dataplane.Netlink;

/// <summary>A veth pair to create: the host end here, the peer in its namespace under its final name.</summary>
public sealed class VethSpec
{
    /// <summary>Name of the host end.</summary>
    public required string HostName { get; init; }

    /// <summary>Address of the host end; null: the kernel's choice.</summary>
    public MacAddress? HostMac { get; init; }

    /// <summary>MTU of the host end, bytes; 0: the kernel's.</summary>
    public int HostMtu { get; init; }

    /// <summary>Bridge to add the host end to.</summary>
    public int? MasterIndex { get; init; }

    /// <summary>The host end comes up at once.</summary>
    public bool HostUp { get; init; }

    /// <summary>Name of the peer.</summary>
    public required string PeerName { get; init; }

    /// <summary>Namespace of the peer.</summary>
    public required FileDescriptor PeerNamespace { get; init; }

    /// <summary>Address of the peer; null: the kernel's choice.</summary>
    public MacAddress? PeerMac { get; init; }

    /// <summary>MTU of the peer, bytes; 0: the kernel's.</summary>
    public int PeerMtu { get; init; }
}
