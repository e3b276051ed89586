using System.Net;

namespace Dataplane.Engine;

/// <summary>A port of the node that leads to a container, as it is asked for.</summary>
/// <param name="HostPort">The node's port, 1 to 65535.</param>
/// <param name="ContainerPort">The container's.</param>
/// <param name="Protocol">The protocol.</param>
/// <param name="HostAddress">
/// The one address of the node; the unspecified one for every address of its family, null for every address of both.
/// </param>
public sealed record PortMapping(ushort HostPort, ushort ContainerPort, TransportProtocol Protocol, IPAddress? HostAddress);
