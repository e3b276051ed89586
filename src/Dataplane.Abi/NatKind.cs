namespace Dataplane.Abi;

/// <summary>Why a connection is translated (<c>enum dp_nat_kind</c>).</summary>
public enum NatKind : byte
{
    /// <summary>A pod's connection, as the node's.</summary>
    Masquerade = 1,

    /// <summary>A connection to a host port, as the pod's.</summary>
    HostPort = 2,

    /// <summary>The host's own connection, moved aside from a port that is a pod's.</summary>
    Host = 3,
}
