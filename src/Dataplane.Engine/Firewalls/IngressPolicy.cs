namespace Dataplane.Engine;

/// <summary>Which containers reach each other: "ingressPolicy" of the plugin firewall.</summary>
public enum IngressPolicy
{
    /// <summary>All do: "open", or nothing said.</summary>
    Open,

    /// <summary>Of those with a policy, only those of the same bridge do: "same-bridge".</summary>
    SameBridge,

    /// <summary>None of those with a policy does: "isolated".</summary>
    Isolated,
}
