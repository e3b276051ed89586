namespace Dataplane.Benchmarks.Beds;

/// <summary>Who calls whom.</summary>
internal enum Way
{
    /// <summary>A container another one of its bridge.</summary>
    PodToPod,

    /// <summary>The same, where br_netfilter hands every bridged packet to iptables, as on a Kubernetes node.</summary>
    PodToPodFiltered,

    /// <summary>A container the outside, masqueraded.</summary>
    PodToOutside,

    /// <summary>The outside a container's port of the node.</summary>
    OutsideToHostPort,

    /// <summary>A process of the node the same port, by 127.0.0.1.</summary>
    NodeToHostPort,
}
