namespace Dataplane.Abi;

/// <summary>How the programs treat an endpoint (<c>enum dp_endpoint_flag</c>).</summary>
[Flags]
public enum EndpointFlags : uint
{
    /// <summary>None: a routed endpoint with the fast path on.</summary>
    None = 0,

    /// <summary>The host end of the veth is a bridge port.</summary>
    L2 = 1 << 0,

    /// <summary><c>"fastPath": "off"</c>: packets never leave the stack.</summary>
    FastPathOff = 1 << 1,

    /// <summary><c>macspoofchk</c>: frames whose source MAC is not the pod's are dropped.</summary>
    MacCheck = 1 << 2,

    /// <summary><c>"sourceCheck": "strict"</c>: IP packets from an address that is not the pod's are dropped.</summary>
    SourceStrict = 1 << 3,

    /// <summary><c>ipMasq</c>: what leaves by an uplink gets the node's address.</summary>
    Masquerade = 1 << 4,

    /// <summary><c>"masqLinkLocal"</c>: also what goes to link-local addresses.</summary>
    MasqLinkLocal = 1 << 5,

    /// <summary>Bandwidth towards the pod is limited: every packet goes through the host veth's queue.</summary>
    Queued = 1 << 6,

    /// <summary>And <c>to_pod</c> looks at its row of the map <c>limits</c>.</summary>
    Limit = 1 << 7,

    /// <summary>Bandwidth from the pod is limited: <c>from_pod</c> drops what no queue of the pod would have let pass.</summary>
    Guard = 1 << 8,

    /// <summary>The plugin firewall: the pod begins connections anywhere, whatever FORWARD says.</summary>
    Allow = 1 << 9,

    /// <summary><c>"ingressPolicy"</c>: no packets to or from pods of other domains that have a policy too.</summary>
    SameBridge = 1 << 10,

    /// <summary><c>"isolated"</c>: nor of its own domain; always with <see cref="SameBridge"/>.</summary>
    Isolated = 1 << 11,
}
