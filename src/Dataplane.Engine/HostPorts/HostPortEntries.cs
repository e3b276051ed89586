using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Dataplane.Abi;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>What a container's ports are in the map "host_ports".</summary>
internal static class HostPortEntries
{
    /// <summary>
    /// The rows of a request, one for each mapping and family. A mapping on an address of a family the container has none of is
    /// left out, as the reference does.
    /// </summary>
    /// <exception cref="NodeException">A mapping or a condition cannot be honoured.</exception>
    public static List<HostPortEntry> Of(PortmapRequest request, RtnlSocket rtnl)
    {
        List<HostPortEntry> entries = new(request.Mappings.Count);
        HashSet<(IPAddress, ushort, TransportProtocol)> taken = new(request.Mappings.Count);
        if (request.Address4 is { } v4)
        {
            Add(entries, taken, request, rtnl, v4, IPAddress.Any, request.Conditions4);
        }

        if (request.Address6 is { } v6)
        {
            Add(entries, taken, request, rtnl, v6, IPAddress.IPv6Any, request.Conditions6);
        }

        return entries;
    }

    private static void Add(
        List<HostPortEntry> entries, HashSet<(IPAddress, ushort, TransportProtocol)> taken, PortmapRequest request, RtnlSocket rtnl,
        IPAddress container, IPAddress any, HostPortConditions conditions)
    {
        HostPortRow template = default;
        bool prepared = false;
        foreach (PortMapping mapping in request.Mappings)
        {
            IPAddress host = mapping.HostAddress ?? any;
            // Of two mappings of one port the first counts, as the reference's first rule does.
            if (host.AddressFamily != any.AddressFamily || !taken.Add((host, mapping.HostPort, mapping.Protocol)))
            {
                continue;
            }

            RequirePortsThatSctpKeeps(mapping);
            if (!prepared)
            {
                template = Template(request, rtnl, container, conditions);
                prepared = true;
            }

            HostPortRow row = template;
            row.Port = BinaryPrimitives.ReverseEndianness(mapping.ContainerPort);
            entries.Add(new HostPortEntry(host, mapping.HostPort, mapping.Protocol, row));
        }
    }

    // The checksum of SCTP is a CRC over the whole packet, ports included: a program that changed them would have to read all of it.
    private static void RequirePortsThatSctpKeeps(PortMapping mapping)
    {
        if (mapping.Protocol == TransportProtocol.Sctp && mapping.HostPort != mapping.ContainerPort)
        {
            throw new NodeException(
                $"hostPort {mapping.HostPort}/sctp cannot lead to containerPort {mapping.ContainerPort}: the checksum of SCTP covers the ports; use the same number for both");
        }
    }

    private static HostPortRow Template(PortmapRequest request, RtnlSocket rtnl, IPAddress container, HostPortConditions conditions)
    {
        var row = new HostPortRow { Owner = request.Id.Owner };
        EndpointSpec.CopyAddress(container, row.Address);
        if (request.Snat)
        {
            // The reference masquerades every client, or some, only with "snat".
            row.Flags = HostPortFlags.Snat | (request.MasqueradeAll ? HostPortFlags.MasqAll : 0);
        }

        if (Set(conditions.Source, ref row.MatchSource, ref row.MatchSourceBits) is { } source)
        {
            row.Flags |= source ? HostPortFlags.SourceNot : HostPortFlags.Source;
        }

        if (Set(conditions.Destination, ref row.MatchDestination, ref row.MatchDestinationBits) is { } destination)
        {
            row.Flags |= destination ? HostPortFlags.DestinationNot : HostPortFlags.Destination;
        }

        if (conditions.Device is { } device)
        {
            row.MatchDevice = (uint)(rtnl.FindLink(device.Name)?.Index
                ?? throw new NodeException($"a condition names the device \"{device.Name}\", which is not there: make it before the container is attached, or name another"));
            row.Flags |= device.Negated ? HostPortFlags.DeviceNot : HostPortFlags.Device;
        }

        return row;
    }

    /// <returns>Whether the condition is negated; null when there is none that excludes anything.</returns>
    private static bool? Set(AddressMatch? match, ref Bytes16 address, ref byte bits)
    {
        if (match is null || (match.PrefixLength == 0 && !match.Negated))
        {
            return null;
        }

        bool v4 = match.Address.AddressFamily == AddressFamily.InterNetwork;
        EndpointSpec.CopyAddress(Subnet.Network(match.Address, match.PrefixLength), address);
        bits = (byte)(match.PrefixLength + (v4 ? 96 : 0));
        return match.Negated;
    }
}
