using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>What was made: the interfaces of a bridge plugin's result.</summary>
/// <param name="BridgeMac">Of the bridge.</param>
/// <param name="HostName">Of the veth's host end.</param>
/// <param name="HostMac">Of the veth's host end.</param>
/// <param name="ContainerMac">Of the container's end.</param>
/// <param name="VlanGateway">The device "bridge.vlan" that has the gateways' addresses, or null.</param>
/// <param name="VlanGatewayMac">Of that device.</param>
public sealed record BridgeAttachment(
    MacAddress BridgeMac, string HostName, MacAddress HostMac, MacAddress ContainerMac, string? VlanGateway, MacAddress VlanGatewayMac);
