using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>What was made: the interfaces of a ptp plugin's result.</summary>
/// <param name="HostName">Of the veth's host end.</param>
/// <param name="HostMac">Of the veth's host end.</param>
/// <param name="ContainerMac">Of the container's end.</param>
public sealed record PtpAttachment(string HostName, MacAddress HostMac, MacAddress ContainerMac);
