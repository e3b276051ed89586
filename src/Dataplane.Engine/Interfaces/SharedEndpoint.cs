namespace Dataplane.Engine;

/// <summary>
/// An endpoint that was made behind a foreign main plugin, for host ports, limits or a policy. Several plugins may need it: then the records of all
/// have its steps, and it goes with the last of them, in whichever order their DELs come.
/// </summary>
internal static class SharedEndpoint
{
    /// <summary>Announces the steps of an endpoint that another plugin has made, so that it stays when that one's DEL comes first.</summary>
    public static void Join(Node node, uint generation, int ifIndex, Journal journal)
    {
        if (FindOther(node, journal.Record!, generation, ifIndex) is not { } other)
        {
            return;
        }

        var steps = new List<AttachmentStep>();
        foreach (AttachmentStep step in other.Steps)
        {
            if (IsOfEndpoint(step))
            {
                steps.Add(step);
            }
        }

        journal.Write(steps);
    }

    /// <summary>Whether the endpoint a record has made or joined is another plugin's as well.</summary>
    public static bool IsInUse(Node node, AttachmentRecord record) =>
        record.Find(StepKind.Endpoint) is { } step && FindOther(node, record, step.Generation, step.Index) is not null;

    /// <summary>Whether a step is of an endpoint behind a foreign main plugin, or of what belongs to it.</summary>
    public static bool IsOfEndpoint(AttachmentStep step) => step.Kind is StepKind.Filters or StepKind.Endpoint or StepKind.Address;

    private static AttachmentRecord? FindOther(Node node, AttachmentRecord record, uint generation, int ifIndex)
    {
        foreach ((string plugin, RunDirectory records) in (ReadOnlySpan<(string, RunDirectory)>)
            [(PortMappings.Plugin, node.Run.PortMappings), (Bandwidth.Plugin, node.Run.Bandwidths), (Firewall.Plugin, node.Run.Firewalls)])
        {
            if (record.Plugin != plugin && records.ReadRecord(record.Id.FileName) is { } other
                && other.Find(StepKind.Endpoint) is { } step && step.Generation == generation && step.Index == ifIndex)
            {
                return other;
            }
        }

        return null;
    }
}
