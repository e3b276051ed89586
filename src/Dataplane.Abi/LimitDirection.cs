namespace Dataplane.Abi;

/// <summary>Which way a limit is for (<c>enum dp_limit_direction</c>); the names are CNI's.</summary>
public enum LimitDirection : uint
{
    /// <summary>Towards the pod: queued on the host end of its veth.</summary>
    Ingress = 0,

    /// <summary>From the pod: queued on its own device.</summary>
    Egress = 1,
}
