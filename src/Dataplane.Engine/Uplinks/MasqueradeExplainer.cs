using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Dataplane.Abi;
using Dataplane.Bpf;
using Dataplane.Interop;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>Says what becomes of a container's packets to a destination, by what the programs would look up and the kernel would route.</summary>
/// <param name="node">The node.</param>
public sealed class MasqueradeExplainer(Node node)
{
    private const byte RTN_LOCAL = 2;
    private const uint MappedBits = 96;
    private const uint IfIndexBits = 32;

    /// <summary>Explains.</summary>
    /// <param name="container">The container's address.</param>
    /// <param name="destination">The destination, of the same family.</param>
    /// <exception cref="NodeException">The node has no programs, or the addresses are of different families.</exception>
    public MasqueradeExplanation Explain(IPAddress container, IPAddress destination)
    {
        ArgumentNullException.ThrowIfNull(container);
        ArgumentNullException.ThrowIfNull(destination);
        if (container.AddressFamily != destination.AddressFamily)
        {
            throw new NodeException($"{container} and {destination} are of different families");
        }

        NodePrograms programs = node.TryPinned() ?? throw new NodeException("the node has no programs: no container was attached since it was started");
        AddressKey key = default;
        EndpointSpec.CopyAddress(container, key.Address);
        if (!programs.Addresses.TryLookup(key, out AddressRow owner)
            || !programs.Endpoints.TryLookup(owner.Ifindex, out Endpoint endpoint) || endpoint.Generation != owner.Generation)
        {
            return new MasqueradeExplanation(MasqueradeVerdict.UnknownContainer, container, destination)
            {
                Text = $"no container attached to this node has the address {container}",
            };
        }

        string name = node.Rtnl.FindLink((int)owner.Ifindex)?.Name ?? "";
        return Explain(programs, (int)owner.Ifindex, endpoint, container, destination) with
        {
            Endpoint = (int)owner.Ifindex,
            EndpointName = name,
            PortMin = endpoint.MasqPortMin,
            PortMax = endpoint.MasqPortMax,
        };
    }

    private MasqueradeExplanation Explain(NodePrograms programs, int ifIndex, Endpoint endpoint, IPAddress container, IPAddress destination)
    {
        MasqueradeExplanation Say(MasqueradeVerdict verdict, string text) => new(verdict, container, destination) { Text = text };

        if (IsMulticast(destination))
        {
            return Say(MasqueradeVerdict.NotUnicast, $"{destination} is multicast, which is never masqueraded");
        }

        // A packet comes into the stack by the device its link is on: the bridge, or the veth itself.
        var query = new RouteQuery { Destination = destination, Source = container, InIfIndex = (int)endpoint.Domain, Matched = true };
        if (node.Rtnl.GetRoute(query, out int errno) is not { } route)
        {
            return Say(MasqueradeVerdict.Unreachable, $"packets from {container} to {destination} are not forwarded: {Errno.Text(errno)}");
        }

        if (route.Type == RTN_LOCAL)
        {
            return Say(MasqueradeVerdict.Local, $"{destination} is an address of this node");
        }

        int device = FirstDevice(route);
        string deviceName = node.Rtnl.FindLink(device)?.Name ?? "";
        bool isRow = programs.Devices.TryLookup((uint)device, out DeviceRow row);
        MasqueradeExplanation SayOut(MasqueradeVerdict verdict, string text, string exclusion = "", IPAddress? source = null) => Say(verdict, text) with
        {
            Device = device,
            DeviceName = deviceName,
            Gateway = route.Gateway,
            Route = $"{route.Destination}/{route.PrefixLength}",
            Table = route.Table,
            Exclusion = exclusion,
            Source = source,
            DefaultSource = isRow ? DefaultSource(row, destination.AddressFamily) : null,
        };

        if (programs.Endpoints.TryLookup((uint)device, out _) || (row.Flags & DeviceFlags.Domain) != 0)
        {
            return SayOut(MasqueradeVerdict.OnNode, $"{destination} is reached by {deviceName}, where containers of this node are: packets to it do not leave the node");
        }

        if ((row.Flags & DeviceFlags.Uplink) == 0)
        {
            return SayOut(MasqueradeVerdict.NoUplink, $"{destination} is reached by {deviceName}, which is no uplink: packets leave it as they are");
        }

        if ((endpoint.Flags & EndpointFlags.Masquerade) == 0)
        {
            return SayOut(MasqueradeVerdict.NotAsked, $"the container's network has no \"ipMasq\": packets leave {deviceName} as they are");
        }

        if (IsLinkLocal(destination) && (endpoint.Flags & EndpointFlags.MasqLinkLocal) == 0)
        {
            return SayOut(MasqueradeVerdict.NotUnicast, $"{destination} is link-local and the network has no \"masqLinkLocal\": packets leave {deviceName} as they are");
        }

        if (FindExclusion(programs, ifIndex, endpoint.Generation, destination) is { Length: > 0 } excluded)
        {
            return SayOut(MasqueradeVerdict.Excluded, $"{excluded} is excluded for this container: packets leave {deviceName} as they are", excluded);
        }

        IPAddress? source = route.Source ?? Source(device, route, destination);
        return source is null
            ? SayOut(MasqueradeVerdict.NoSource, $"{deviceName} has no address to masquerade as: packets are dropped")
            : SayOut(MasqueradeVerdict.Masqueraded, $"packets leave {deviceName} as {source}", source: source);
    }

    // Of several next hops each flow takes one: the kernel says which when it is asked without the entry.
    private static int FirstDevice(RouteInfo route)
    {
        if (route.OutIfIndex != 0)
        {
            return route.OutIfIndex;
        }

        IReadOnlyList<int> devices = route.NextHopDevices;
        return devices.Count > 0 ? devices[0] : 0;
    }

    private IPAddress? Source(int device, RouteInfo route, IPAddress destination)
    {
        List<AddressInfo> addresses = node.Rtnl.DumpAddresses(device);
        if (SourceAddress.Choose(addresses, destination.AddressFamily, route.Gateway) is { } own)
        {
            return own;
        }

        // A device without addresses sends with another's.
        RouteInfo? chosen = node.Rtnl.GetRoute(new RouteQuery { Destination = destination, OutIfIndex = device }, out _);
        return chosen?.Source is { IsIPv6LinkLocal: false } other ? other : null;
    }

    private static string FindExclusion(NodePrograms programs, int ifIndex, uint generation, IPAddress destination)
    {
        string found = "";
        uint longest = 0;
        foreach ((ExclusionKey key, ExclusionRow row) in programs.Exclusions.Entries())
        {
            var address = new IPAddress((ReadOnlySpan<byte>)key.Address);
            int bits = (int)(key.PrefixLength - IfIndexBits);
            if (key.Ifindex == ifIndex && row.Generation == generation && key.PrefixLength >= longest
                && Subnet.Contains(address, bits, destination.MapToIPv6()))
            {
                longest = key.PrefixLength;
                found = address.IsIPv4MappedToIPv6
                    ? string.Create(CultureInfo.InvariantCulture, $"{address.MapToIPv4()}/{bits - MappedBits}")
                    : string.Create(CultureInfo.InvariantCulture, $"{address}/{bits}");
            }
        }

        return found;
    }

    private static IPAddress? DefaultSource(DeviceRow row, AddressFamily family)
    {
        ReadOnlySpan<byte> bytes = family == AddressFamily.InterNetwork ? row.Source4 : row.Source6;
        return bytes.ContainsAnyExcept((byte)0) ? new IPAddress(bytes) : null;
    }

    private static bool IsMulticast(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetwork ? address.MapToIPv6().GetAddressBytes()[12] >> 4 == 0xe : address.IsIPv6Multicast;

    private static bool IsLinkLocal(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetwork ? Subnet.Contains(new IPAddress([169, 254, 0, 0]), 16, address) : address.IsIPv6LinkLocal;
}
