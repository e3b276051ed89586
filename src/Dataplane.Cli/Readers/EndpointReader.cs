using System.Net;
using Dataplane.Abi;
using Dataplane.Cli.Rows;

namespace Dataplane.Cli.Readers;

/// <summary>Map "endpoints", joined with "addresses", the records and the devices' names.</summary>
internal static class EndpointReader
{
    /// <summary>Every endpoint, ordered by ifindex.</summary>
    public static List<EndpointRow> Read(NodeView node)
    {
        ILookup<(uint Ifindex, uint Generation), IPAddress> addresses = node.Programs!.Addresses.Entries()
            // The rows of any domain say the same again.
            .Where(a => a.Key.Domain != 0)
            .ToLookup(a => (a.Value.Ifindex, a.Value.Generation), a => Conversion.Address(a.Key.Address));
        return
        [
            .. node.Endpoints.OrderBy(e => e.Key).Select(e => EndpointConversion.Row(
                e.Key,
                e.Value,
                addresses[(e.Key, e.Value.Generation)].OrderBy(a => a.AddressFamily).ThenBy(a => Convert.ToHexString(a.GetAddressBytes()), StringComparer.Ordinal),
                node.RecordOf(e.Key, e.Value.Generation),
                node.DeviceNames)),
        ];
    }
}
