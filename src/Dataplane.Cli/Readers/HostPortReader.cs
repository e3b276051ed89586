using Dataplane.Abi;
using Dataplane.Cli.Rows;
using Dataplane.Engine;

namespace Dataplane.Cli.Readers;

/// <summary>Map "host_ports", joined with the endpoints and the records.</summary>
internal static class HostPortReader
{
    /// <summary>Every mapping, ordered by port, protocol and address.</summary>
    public static List<HostPortMapping> Read(NodeView node)
    {
        FlowContext context = FlowContext.Of(node);
        Dictionary<ulong, AttachmentId> owners = [];
        foreach (AttachmentRecord record in node.Records.Concat(node.PortMappingRecords).Select(r => r.Record).OfType<AttachmentRecord>())
        {
            owners[record.Id.Owner] = record.Id;
        }

        List<HostPortMapping> rows =
        [
            .. node.Programs!.HostPorts.Entries().Select(e => Row(e.Key, e.Value, context) is var row && owners.TryGetValue(e.Value.Owner, out AttachmentId owner)
                ? row with { ContainerId = owner.ContainerId, Ifname = owner.IfName }
                : row),
        ];
        rows.Sort(static (a, b) => (a.HostPort, a.Protocol).CompareTo((b.HostPort, b.Protocol)) is var order && order != 0
            ? order
            : string.CompareOrdinal(a.HostAddress, b.HostAddress));
        return rows;
    }

    /// <summary>One mapping, whose owner is not named yet.</summary>
    public static HostPortMapping Row(in HostPortKey key, in HostPortRow value, FlowContext context) => new()
    {
        HostAddress = Conversion.Address(key.Address).ToString(),
        HostPort = Conversion.Port(key.Port),
        Protocol = Conversion.Protocol(key.Protocol),
        PodAddress = Conversion.Address(value.Address).ToString(),
        PodPort = Conversion.Port(value.Port),
        Conditions = Conditions(value, context),
        Flags = FlagNames(value.Flags),
        State = context.IsAlive(value.Endpoint) && context.DeviceNames.ContainsKey(value.Endpoint.Ifindex) ? HostPortStateNames.Alive : HostPortStateNames.Dead,
        ContainerId = string.Empty,
        Ifname = string.Empty,
        Device = context.Device(value.Endpoint).Device,
        Ifindex = value.Endpoint.Ifindex,
        Generation = value.Endpoint.Generation,
    };

    private static List<string> Conditions(in HostPortRow value, FlowContext context)
    {
        var conditions = new List<string>(3);
        Add(value.Flags, HostPortFlags.Source, HostPortFlags.SourceNot, "source", Conversion.Prefix(value.MatchSource, value.MatchSourceBits));
        Add(value.Flags, HostPortFlags.Destination, HostPortFlags.DestinationNot, "destination", Conversion.Prefix(value.MatchDestination, value.MatchDestinationBits));
        Add(value.Flags, HostPortFlags.Device, HostPortFlags.DeviceNot, "device", context.DeviceNames.GetValueOrDefault(value.MatchDevice, $"gone ({value.MatchDevice})"));
        return conditions;

        void Add(HostPortFlags flags, HostPortFlags only, HostPortFlags except, string what, string operand)
        {
            if (flags.HasFlag(only))
            {
                conditions.Add($"{what} {operand}");
            }

            if (flags.HasFlag(except))
            {
                conditions.Add($"not {what} {operand}");
            }
        }
    }

    private static List<string> FlagNames(HostPortFlags flags)
    {
        var names = new List<string>(2);
        if (flags.HasFlag(HostPortFlags.Snat))
        {
            names.Add("snat");
        }

        if (flags.HasFlag(HostPortFlags.MasqAll))
        {
            names.Add("masq_all");
        }

        return names;
    }
}
