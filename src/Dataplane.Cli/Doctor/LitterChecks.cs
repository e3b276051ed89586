using System.Net;
using Dataplane.Abi;
using Dataplane.Cli.Output;
using Dataplane.Cli.Readers;
using Dataplane.Cli.Rows;
using Dataplane.Engine;

namespace Dataplane.Cli.Doctor;

/// <summary>What a lost DEL or a killed ADD left: records, endpoint rows and address rows that do not belong together.</summary>
internal static class LitterChecks
{
    private const string Area = "litter";
    private const uint AnyDomain = 0; // every address has a second row there
    private const string Remedy = "the next DEL or GC of its network removes it";

    /// <summary>Looks at a node; without pins there are no rows to compare with, which is a finding of its own.</summary>
    public static IEnumerable<Finding> Run(NodeView node) =>
        node.Programs is { } programs ? Of([.. node.Records, .. node.PortMappingRecords, .. node.BandwidthRecords, .. node.FirewallRecords], node.Endpoints, programs.Addresses.Entries(), node.DeviceNames) : [];

    /// <summary>Compares the four; every odd one out is a finding, and their absence is one too.</summary>
    public static IReadOnlyList<Finding> Of(
        IReadOnlyList<NamedRecord> records,
        IReadOnlyDictionary<uint, Endpoint> endpoints,
        IReadOnlyList<(AddressKey Key, AddressRow Value)> addresses,
        IReadOnlyDictionary<uint, string> devices)
    {
        List<Finding> findings =
        [
            .. Records(records, endpoints, devices.Values.ToHashSet()),
            .. Endpoints(records, endpoints, devices),
            .. Addresses(addresses, endpoints, devices),
        ];
        return findings.Count > 0 ? findings
            : [new Finding(Area, "records and rows", Verdict.Ok, $"{Humanize.Count(records.Count, "attachment record")} and {Humanize.Count(endpoints.Count, "endpoint row")} belong together")];
    }

    private static IEnumerable<Finding> Records(IReadOnlyList<NamedRecord> records, IReadOnlyDictionary<uint, Endpoint> endpoints, HashSet<string> devices)
    {
        foreach (NamedRecord named in records)
        {
            string subject = $"record {named.Name}";
            if (named.Record is not { } record)
            {
                // Its ADD was killed before the first step, or is about to take it.
                yield return new Finding(Area, subject, Verdict.Warning, $"says nothing: an ADD begins at this moment or was killed at its start; {Remedy}");
            }
            else if (!record.IsComplete)
            {
                yield return new Finding(Area, subject, Verdict.Warning, "is of an ADD that is under way or was killed half-way; the next ADD or DEL of the container, or GC, takes its steps back");
            }
            else if (record.Find(StepKind.Veth) is { Name: string veth } && !devices.Contains(veth))
            {
                yield return new Finding(Area, subject, Verdict.Warning, $"is of a container whose device {veth} is gone; {Remedy} and its addresses");
            }
            else if (record.Find(StepKind.Endpoint) is { } step && !(endpoints.TryGetValue((uint)step.Index, out Endpoint row) && row.Generation == step.Generation))
            {
                yield return new Finding(Area, subject, Verdict.Broken, "has no row in the map of endpoints, so the container's packets all take the stack; attach the container again");
            }
        }
    }

    private static IEnumerable<Finding> Endpoints(IReadOnlyList<NamedRecord> records, IReadOnlyDictionary<uint, Endpoint> endpoints, IReadOnlyDictionary<uint, string> devices)
    {
        HashSet<(uint, uint)> recorded =
        [
            .. records.Select(r => r.Record?.Find(StepKind.Endpoint)).OfType<AttachmentStep>().Select(s => ((uint)s.Index, s.Generation)),
        ];
        foreach ((uint ifindex, Endpoint row) in endpoints.OrderBy(e => e.Key))
        {
            bool alive = devices.TryGetValue(ifindex, out string? name);
            if (!alive)
            {
                yield return new Finding(Area, $"endpoint {ifindex}", Verdict.Warning, $"is a row of a device that is gone; {Remedy}");
            }
            else if (!recorded.Contains((ifindex, row.Generation)))
            {
                yield return new Finding(Area, $"endpoint {ifindex} ({name})", Verdict.Warning, "has no attachment record: nobody will detach it; 'ip link delete' the device once its container is gone");
            }
        }
    }

    private static IEnumerable<Finding> Addresses(
        IReadOnlyList<(AddressKey Key, AddressRow Value)> addresses, IReadOnlyDictionary<uint, Endpoint> endpoints, IReadOnlyDictionary<uint, string> devices)
    {
        foreach ((AddressKey key, AddressRow row) in addresses)
        {
            if (!(endpoints.TryGetValue(row.Ifindex, out Endpoint owner) && owner.Generation == row.Generation && (key.Domain == AnyDomain || owner.Domain == key.Domain)))
            {
                IPAddress address = Conversion.Address(key.Address);
                string domain = key.Domain == AnyDomain ? "any domain" : devices.GetValueOrDefault(key.Domain, $"device {key.Domain}");
                yield return new Finding(Area, $"address {address} on {domain}", Verdict.Warning, $"belongs to an endpoint that is gone and is ignored; the address's next owner replaces it, {Remedy}");
            }
        }
    }
}
