using System.Globalization;
using System.Net;
using Dataplane.Cni;
using Dataplane.Engine;

namespace Dataplane.Plugins;

/// <summary>One of the runtime's "portMappings".</summary>
/// <param name="HostPort">The node's port as it came.</param>
/// <param name="ContainerPort">The container's port as it came.</param>
/// <param name="Protocol">The protocol as it came.</param>
/// <param name="HostIp">The node's address as it came; empty for every one.</param>
internal sealed record PortmapEntry(long HostPort, long ContainerPort, string Protocol, string HostIp)
{
    /// <summary>Reads them all.</summary>
    /// <param name="root">The configuration.</param>
    /// <exception cref="CniException">A field has another type.</exception>
    public static List<PortmapEntry> Read(JsonView root)
    {
        List<PortmapEntry> entries = [];
        foreach (JsonView item in root.GetObject("runtimeConfig")?.GetObjects("portMappings") ?? [])
        {
            entries.Add(new PortmapEntry(item.GetInt("hostPort"), item.GetInt("containerPort"), item.GetString("protocol"), item.GetString("hostIP")));
        }

        return entries;
    }

    /// <summary>Throws for a port that is none.</summary>
    /// <exception cref="CniException">The reference's texts.</exception>
    public void RequirePositivePorts()
    {
        if (ContainerPort <= 0)
        {
            throw WrongPort("container", ContainerPort);
        }

        if (HostPort <= 0)
        {
            throw WrongPort("host", HostPort);
        }
    }

    /// <summary>What the engine is asked for.</summary>
    /// <exception cref="CniException">A port, an address or a protocol that no packet has.</exception>
    public PortMapping Mapping()
    {
        if (ContainerPort > ushort.MaxValue)
        {
            throw WrongPort("container", ContainerPort);
        }

        if (HostPort > ushort.MaxValue)
        {
            throw WrongPort("host", HostPort);
        }

        IPAddress? address = null;
        if (HostIp.Length > 0 && !IpText.TryParse(HostIp, out address))
        {
            throw new CniException(
                CniErrorCode.Internal, $"Invalid hostIP \"{HostIp}\" of host port {HostPort}: an address of this host, or none for all of them");
        }

        return new PortMapping((ushort)HostPort, (ushort)ContainerPort, ProtocolNumber(), address);
    }

    private TransportProtocol ProtocolNumber()
    {
        Span<char> lower = stackalloc char[4];
        int length = Protocol.AsSpan().ToLowerInvariant(lower);
        return (length > 0 ? lower[..length] : []) switch
        {
            "tcp" => TransportProtocol.Tcp,
            "udp" => TransportProtocol.Udp,
            "sctp" => TransportProtocol.Sctp,
            _ => throw new CniException(
                CniErrorCode.Internal, $"Invalid protocol \"{Protocol}\" of host port {HostPort}: tcp, udp or sctp"),
        };
    }

    private static CniException WrongPort(string whose, long port) =>
        new(CniErrorCode.Internal, string.Concat("Invalid ", whose, " port number: ", port.ToString(CultureInfo.InvariantCulture)));
}
