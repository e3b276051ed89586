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
}
