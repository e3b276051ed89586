using System.Net.Sockets;
using Dataplane.Interop;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>Unsolicited neighbour advertisements (RFC 4861, 7.2.6) of a container's IPv6 addresses.</summary>
internal sealed class UnsolicitedAdvertisement : IDisposable
{
    private const byte NeighbourAdvertisement = 136;
    private const byte OverrideFlag = 0x20;
    private const byte TargetLinkLayerAddress = 2;
    private readonly Icmp6Socket _socket;
    private readonly AddressPlan _plan;

    private UnsolicitedAdvertisement(Icmp6Socket socket, AddressPlan plan)
    {
        _socket = socket;
        _plan = plan;
    }

    private static ReadOnlySpan<byte> AllNodes => [0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];

    /// <summary>Opens the socket inside the container's namespace; null when there is nothing to announce.</summary>
    public static UnsolicitedAdvertisement? TryOpen(AddressPlan plan) =>
        plan.Has(AddressFamily.InterNetworkV6) && Icmp6Socket.TryOpen() is { } socket ? new UnsolicitedAdvertisement(socket, plan) : null;

    /// <summary>Sends one for every IPv6 address. Best effort: an address under duplicate address detection may not be used yet.</summary>
    /// <param name="ifIndex">Of the container's interface.</param>
    /// <param name="mac">Of the container's interface.</param>
    public void Send(int ifIndex, MacAddress mac)
    {
        Span<byte> message = stackalloc byte[32];
        foreach (PlannedAddress address in _plan.Addresses)
        {
            if (address.Address.AddressFamily != AddressFamily.InterNetworkV6)
            {
                continue;
            }

            message.Clear();
            message[0] = NeighbourAdvertisement;
            message[4] = OverrideFlag;
            Span<byte> target = message.Slice(8, 16);
            _ = address.Address.TryWriteBytes(target, out _);
            message[24] = TargetLinkLayerAddress;
            message[25] = 1; // in units of 8 bytes
            mac.CopyTo(message[26..]);
            _ = _socket.TrySend(message, target, AllNodes, ifIndex);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
