namespace Dataplane.Engine;

/// <summary>How the programs treat a container: the configuration's "dataplane" object and macspoofchk.</summary>
public sealed class EndpointOptions
{
    /// <summary>"fastPath": "off": no packet leaves the stack.</summary>
    public bool FastPathOff { get; init; }

    /// <summary>"sourceCheck": "strict": IP packets from addresses that are not the container's are dropped.</summary>
    public bool SourceStrict { get; init; }

    /// <summary>macspoofchk: frames from another hardware address than the container's are dropped.</summary>
    public bool MacCheck { get; init; }

    /// <summary>ipMasq and what belongs to it; null: the container's packets leave the node as they are.</summary>
    public MasqueradeOptions? Masquerade { get; init; }

    /// <summary>"uplinks": patterns of the names of the node's uplinks, instead of what its routes say; null: not configured.</summary>
    public IReadOnlyList<string>? Uplinks { get; init; }
}
