using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Dataplane.Abi;

namespace Dataplane.Engine;

/// <summary>A row of the map "host_ports", whose endpoint is not known yet.</summary>
/// <param name="Address">The node's address; unspecified: every one of its family.</param>
/// <param name="Port">The node's port.</param>
/// <param name="Protocol">The protocol.</param>
/// <param name="Row">Everything else.</param>
internal sealed record HostPortEntry(IPAddress Address, ushort Port, TransportProtocol Protocol, HostPortRow Row)
{
    /// <summary>The row's key.</summary>
    public HostPortKey Key => KeyOf(Address, Port, Protocol);

    /// <summary>Who a row belongs to.</summary>
    /// <param name="address">The node's address.</param>
    /// <param name="port">The node's port.</param>
    /// <param name="protocol">The protocol.</param>
    public static HostPortKey KeyOf(IPAddress address, ushort port, TransportProtocol protocol)
    {
        var key = new HostPortKey { Port = BinaryPrimitives.ReverseEndianness(port), Protocol = (byte)protocol };
        EndpointSpec.CopyAddress(address, key.Address);
        return key;
    }

    /// <summary>"8080/tcp", or with the address where there is one: "10.0.0.1:8080/tcp".</summary>
    public static string Text(IPAddress address, ushort port, TransportProtocol protocol)
    {
        string number = port.ToString(CultureInfo.InvariantCulture);
        string name = Name(protocol);
        if (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
        {
            return string.Concat(number, "/", name);
        }

        return address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]:{number}/{name}" : $"{address}:{number}/{name}";
    }

    /// <summary>A protocol as the configuration has it.</summary>
    public static string Name(TransportProtocol protocol) => protocol switch
    {
        TransportProtocol.Tcp => "tcp",
        TransportProtocol.Udp => "udp",
        _ => "sctp",
    };

    /// <summary>The protocol of a name; null when it is none.</summary>
    public static TransportProtocol? ProtocolOf(string name) => name switch
    {
        "tcp" => TransportProtocol.Tcp,
        "udp" => TransportProtocol.Udp,
        "sctp" => TransportProtocol.Sctp,
        _ => null,
    };

    /// <inheritdoc cref="Text"/>
    public override string ToString() => Text(Address, Port, Protocol);
}
