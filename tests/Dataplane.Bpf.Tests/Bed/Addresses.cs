using System.Net;
using Dataplane.Abi;

namespace Dataplane.Bpf.Tests.Bed;

/// <summary>Addresses and ports as the maps keep them.</summary>
internal static class Addresses
{
    /// <summary>16 bytes in network order; IPv4 as ::ffff:a.b.c.d.</summary>
    public static Bytes16 Mapped(IPAddress address) => Bytes16.From(address.MapToIPv6().GetAddressBytes());

    /// <inheritdoc cref="Mapped(IPAddress)"/>
    public static Bytes16 Mapped(string address) => Mapped(IPAddress.Parse(address));

    /// <summary>The address that a map keeps.</summary>
    public static IPAddress Read(Bytes16 bytes)
    {
        var address = new IPAddress(bytes);
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }

    /// <summary>A port between host and network order.</summary>
    public static ushort Swap(int port) => (ushort)IPAddress.HostToNetworkOrder((short)port);
}
