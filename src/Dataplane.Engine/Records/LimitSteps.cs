using System.Globalization;
using Dataplane.Abi;

namespace Dataplane.Engine;

/// <summary>What a record says of limits: "<c>limit IFINDEX GENERATION ingress 1000000 200000 auto</c>", and what follows from all of its lines.</summary>
internal static class LimitSteps
{
    /// <summary>First word of a step: peers that limits are not for.</summary>
    public const string Unshaped = "unshaped";

    /// <summary>First word of a step: peers that limits are only for.</summary>
    public const string Shaped = "shaped";

    private const int MostChanges = 64;
    private const string Ingress = "ingress";
    private const string Egress = "egress";

    /// <summary>The line of a limit.</summary>
    public static string Line(AttachmentStep step) => string.Join(
        ' ',
        "limit",
        step.Row,
        step.Direction == LimitDirection.Ingress ? Ingress : Egress,
        (step.Limit?.Rate ?? 0).ToString(CultureInfo.InvariantCulture),
        (step.Limit?.Burst ?? 0).ToString(CultureInfo.InvariantCulture),
        Name(step.Shaper));

    /// <summary>Reads what follows the interface index and the generation; null when it is nothing this version knows.</summary>
    public static AttachmentStep? Parse(FlowSide endpoint, ReadOnlySpan<string> words)
    {
        if (words[0] is not (Ingress or Egress)
            || !ulong.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out ulong rate)
            || !ulong.TryParse(words[2], NumberStyles.None, CultureInfo.InvariantCulture, out ulong burst)
            || Choice(words[3]) is not { } shaper)
        {
            return null;
        }

        return AttachmentStep.LimitRow(
            endpoint, words[0] == Ingress ? LimitDirection.Ingress : LimitDirection.Egress, rate == 0 ? null : new BandwidthLimit(rate, burst), shaper);
    }

    /// <summary>The limit a direction has now; null: none.</summary>
    public static BandwidthLimit? Current(AttachmentRecord record, LimitDirection direction)
    {
        for (int i = record.Steps.Count - 1; i >= 0; i--)
        {
            if (record.Steps[i] is { Kind: StepKind.Limit } step && step.Direction == direction)
            {
                return step.Limit;
            }
        }

        return null;
    }

    /// <summary>The limit that the ADD gave a direction; null: none.</summary>
    public static BandwidthLimit? Configured(AttachmentRecord record, LimitDirection direction)
    {
        foreach (AttachmentStep step in record.Steps)
        {
            // What comes behind the end of the ADD is an operator's.
            if (step.Kind == StepKind.Done || (step.Kind == StepKind.Limit && step.Direction == direction))
            {
                return step.Limit;
            }
        }

        return null;
    }

    /// <summary>The peers of a record's limits, and whether limits are only for them; None: they are for all.</summary>
    public static (LimitFlags Flag, List<AddressPrefix> Prefixes) Subnets(AttachmentRecord record)
    {
        LimitFlags flag = LimitFlags.None;
        var prefixes = new List<AddressPrefix>();
        foreach (AttachmentStep step in record.Steps)
        {
            if (step.Kind == StepKind.LimitSubnet)
            {
                flag = step.Name == Shaped ? LimitFlags.Shaped : LimitFlags.Unshaped;
                prefixes.Add(new AddressPrefix(step.Address!, step.Length));
            }
        }

        return (flag, prefixes);
    }

    /// <summary>Ends a change of a container's limits. After many changes the record forgets those that others came after.</summary>
    public static void Complete(Journal journal)
    {
        AttachmentRecord record = journal.Record!;
        if (record.IsComplete)
        {
            return;
        }

        journal.Complete();
        int added = record.Steps.IndexOf(AttachmentStep.Done) + 1;
        if (record.Steps.Count - added > MostChanges)
        {
            journal.Rewrite(Compacted(record.Steps, added));
        }
    }

    private static List<AttachmentStep> Compacted(List<AttachmentStep> steps, int added)
    {
        List<AttachmentStep> kept = steps.GetRange(0, added);
        for (int i = added; i < steps.Count; i++)
        {
            AttachmentStep step = steps[i];
            bool superseded = step.Kind == StepKind.Limit
                && steps.FindLastIndex(other => other.Kind == StepKind.Limit && other.Direction == step.Direction) > i;
            if (step.Kind != StepKind.Done && !superseded)
            {
                kept.Add(step);
            }
        }

        kept.Add(AttachmentStep.Done);
        return kept;
    }

    private static string Name(ShaperChoice choice) => choice switch
    {
        ShaperChoice.Edt => "edt",
        ShaperChoice.Tbf => "tbf",
        _ => "auto",
    };

    private static ShaperChoice? Choice(string name) => name switch
    {
        "edt" => ShaperChoice.Edt,
        "tbf" => ShaperChoice.Tbf,
        "auto" => ShaperChoice.Auto,
        _ => null,
    };
}
