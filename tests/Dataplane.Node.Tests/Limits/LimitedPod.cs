using Dataplane.Node.Tests.Nat;

namespace Dataplane.Node.Tests.Limits;

/// <summary>A pod whose bandwidth is limited.</summary>
/// <param name="Pod">the pod</param>
/// <param name="HostPort">a port of the node that leads to <see cref="LimitBed.Port"/> of the pod, by TCP and UDP</param>
public sealed record LimitedPod(NatPod Pod, int HostPort);
