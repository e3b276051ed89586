using System.Net;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>What the programs have to know of a container.</summary>
/// <param name="Owner">Whose it is.</param>
/// <param name="HostIndex">Interface index of the host end of its veth.</param>
/// <param name="Domain">Interface index of the device whose link its addresses are on.</param>
/// <param name="IsBridged">The host end is a bridge port.</param>
/// <param name="Mtu">Of the container's device, bytes of layer 3.</param>
/// <param name="Mac">Of the container's device.</param>
/// <param name="GatewayMac">Of the device it sends to for routing; null when nothing routes for it.</param>
/// <param name="Addresses">Its addresses; none for a container without IPAM.</param>
/// <param name="Options">How it is treated.</param>
internal sealed record EndpointSpec(
    AttachmentId Owner, int HostIndex, int Domain, bool IsBridged, int Mtu, MacAddress Mac, MacAddress? GatewayMac,
    List<PlannedAddress> Addresses, EndpointOptions Options)
{
    /// <summary>An address as the maps have it: 16 bytes, IPv4 mapped.</summary>
    public static void CopyAddress(IPAddress address, Span<byte> destination) => _ = address.MapToIPv6().TryWriteBytes(destination, out _);
}
