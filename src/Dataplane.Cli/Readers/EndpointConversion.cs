using System.Net;
using Dataplane.Abi;
using Dataplane.Cli.Rows;
using Dataplane.Engine;
using Dataplane.Netlink;

namespace Dataplane.Cli.Readers;

/// <summary>From the kernel's rows and the record to the operator's row.</summary>
internal static class EndpointConversion
{
    /// <summary>One endpoint; <paramref name="record"/> is null when no attachment owns the row.</summary>
    public static EndpointRow Row(
        uint ifindex, in Endpoint endpoint, IEnumerable<IPAddress> addresses, AttachmentRecord? record, IReadOnlyDictionary<uint, string> deviceNames) => new()
        {
            Device = deviceNames.GetValueOrDefault(ifindex, string.Empty),
            Ifindex = ifindex,
            ContainerId = record?.Id.ContainerId ?? string.Empty,
            Ifname = record?.Id.IfName ?? string.Empty,
            Network = record?.Network ?? string.Empty,
            Plugin = record?.Plugin ?? string.Empty,
            Addresses = [.. addresses.Select(a => a.ToString())],
            Mac = Mac(endpoint.Mac),
            GatewayMac = Mac(endpoint.GatewayMac),
            Mode = endpoint.Flags.HasFlag(EndpointFlags.L2) ? "l2" : "l3",
            Domain = deviceNames.GetValueOrDefault(endpoint.Domain, string.Empty),
            DomainIfindex = endpoint.Domain,
            Mtu = endpoint.Mtu,
            Flags = FlagNames(endpoint.Flags),
            Generation = endpoint.Generation,
        };

    private static string Mac(Bytes6 bytes)
    {
        var mac = new MacAddress(bytes);
        return mac.IsZero ? string.Empty : mac.ToString();
    }

    private static List<string> FlagNames(EndpointFlags flags)
    {
        var names = new List<string>(8);
        Add(EndpointFlags.FastPathOff, "fastpath_off");
        Add(EndpointFlags.MacCheck, "mac_check");
        Add(EndpointFlags.SourceStrict, "source_strict");
        Add(EndpointFlags.Masquerade, "masquerade");
        Add(EndpointFlags.MasqLinkLocal, "masq_link_local");
        Add(EndpointFlags.Queued, "queued");
        Add(EndpointFlags.Limit, "limit");
        Add(EndpointFlags.Guard, "guard");
        Add(EndpointFlags.Allow, "allow");
        Add(EndpointFlags.SameBridge, "same_bridge");
        Add(EndpointFlags.Isolated, "isolated");
        return names;

        void Add(EndpointFlags flag, string name)
        {
            if (flags.HasFlag(flag))
            {
                names.Add(name);
            }
        }
    }
}
