using System.Net;
using System.Net.Sockets;

namespace Dataplane.Cli.Rows;

/// <summary>Addresses and ports of one direction; for ICMP echo both ports are the identifier.</summary>
internal sealed record FlowTuple(string Source, ushort SourcePort, string Destination, ushort DestinationPort)
{
    /// <summary>What the answers look like when nobody translates.</summary>
    public FlowTuple Mirrored() => new(Destination, DestinationPort, Source, SourcePort);

    /// <summary>"10.1.0.2:4000 -> 10.1.0.3:80", "[fd00::2]:4000 -> [fd00::3]:80".</summary>
    public override string ToString() => $"{Side(Source, SourcePort)} -> {Side(Destination, DestinationPort)}";

    /// <summary>"10.1.0.2:80", "[fd00::2]:80".</summary>
    public static string Side(string address, ushort port) =>
        IPAddress.TryParse(address, out IPAddress? parsed) && parsed.AddressFamily == AddressFamily.InterNetworkV6
            ? $"[{address}]:{port}"
            : $"{address}:{port}";
}
