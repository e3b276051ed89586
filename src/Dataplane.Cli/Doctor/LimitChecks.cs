using Dataplane.Abi;
using Dataplane.Cli.Output;
using Dataplane.Cli.Readers;
using Dataplane.Cli.Rows;
using Dataplane.Engine;

namespace Dataplane.Cli.Doctor;

/// <summary>Bandwidth: which engine this kernel runs, is every limit kept, are there rows of containers that are gone.</summary>
internal static class LimitChecks
{
    private const string Area = "bandwidth";
    private const string Remedy = "'dpctl bandwidth set' with the same rate puts it back";

    /// <summary>Looks at a node.</summary>
    public static IEnumerable<Finding> Run(NodeView node)
    {
        yield return Engine(Shapers.HasFq());
        if (node.Programs is not { } programs)
        {
            yield break;
        }

        foreach (Finding finding in Limits(node.Limits))
        {
            yield return finding;
        }

        yield return Orphans(
        [
            .. node.Limits.Where(r => r.State == LimitStateNames.Dead).Select(r => $"limits {r.Ifindex} {r.Direction}"),
            .. programs.LimitStates.Entries().Where(e => !node.Limits.Any(r => (r.Ifindex, r.Direction) == (e.Key.Ifindex, BandwidthConversion.Name(e.Key.Direction))))
                .Select(e => $"limit_states {e.Key.Ifindex} {BandwidthConversion.Name(e.Key.Direction)}"),
            .. programs.LimitPods.Entries().Where(e => !IsAlive(e.Value.Ifindex, e.Value.Generation)).Select(e => $"limit_pods {e.Value.Ifindex}"),
            .. programs.LimitSubnets.Entries().Where(e => !IsAlive(e.Key.Ifindex, e.Value)).Select(e => $"limit_subnets {MasqueradeReader.Prefix(e.Key)}"),
        ]);

        bool IsAlive(uint ifindex, uint generation) =>
            node.DeviceNames.ContainsKey(ifindex) && node.Endpoints.TryGetValue(ifindex, out Endpoint owner) && owner.Generation == generation;
    }

    /// <summary>What keeps the limits of containers that do not choose.</summary>
    public static Finding Engine(bool hasFq) => new(Area, "engine", Verdict.Ok, hasFq
        ? "is edt: the programs compute when each packet leaves, and the qdisc fq keeps it until then"
        : "is tbf: this kernel has no qdisc fq (CONFIG_NET_SCH_FQ), so the token bucket keeps the rates, as exactly; short packets do not overtake and nothing is marked");

    /// <summary>Every limit that is not kept; those that are, in one.</summary>
    public static IReadOnlyList<Finding> Limits(IReadOnlyList<BandwidthRow> limits)
    {
        List<Finding> findings = [.. limits.Select(Limit).OfType<Finding>()];
        int kept = limits.Count(r => r.State == LimitStateNames.Kept);
        if (kept > 0 || findings.Count == 0)
        {
            int edt = limits.Count(r => r is { State: LimitStateNames.Kept, Engine: "edt" });
            findings.Insert(0, new Finding(Area, "limits", Verdict.Ok, kept == 0
                ? "are absent: no container has one"
                : $"{Humanize.Count(kept, "limit")} {(kept == 1 ? "is" : "are")} kept, {edt} by edt, {kept - edt} by tbf"));
        }

        return findings;
    }

    /// <summary>Rows of endpoints that are gone: the programs ignore them.</summary>
    public static Finding Orphans(IReadOnlyList<string> rows) => rows.Count == 0
        ? new Finding(Area, "rows", Verdict.Ok, "belong to attached containers")
        : new Finding(Area, "rows", Verdict.Warning,
            $"{Humanize.Count(rows.Count, "row")} of endpoints that are gone ({Some.Of(rows)}): ignored; the DEL or GC of their network removes them");

    private static Finding? Limit(BandwidthRow row)
    {
        string subject = $"{(row.Device.Length == 0 ? row.Ifindex : row.Device)} {row.Direction}";
        // from_pod goes on holding the container back, at a quarter more than the rate.
        bool guarded = row.Direction == "egress" && row.State != LimitStateNames.Unflagged;
        string effect = guarded
            ? "what the container sends too fast is dropped instead of waiting"
            : $"what the container {(row.Direction == "ingress" ? "gets" : "sends")} is not limited to {BitCount.Text(row.RateBits)}bit/s";
        string verdict = guarded ? Verdict.Warning : Verdict.Broken;
        return row.State switch
        {
            LimitStateNames.Unqueued => new Finding(Area, subject, verdict,
                $"has lost its queue, {(row.Qdisc == "noqueue" ? "there is none" : $"the qdisc {row.Qdisc} is there instead")}: {effect}; {Remedy}"),
            LimitStateNames.Unseen => new Finding(Area, subject, verdict,
                $"is not seen by {(row.Direction == "ingress" ? "to_pod" : "pod_limit")}, its filter or its rows are gone: {effect}; {Remedy}"),
            LimitStateNames.Unflagged when row.Direction == "ingress" => new Finding(Area, subject, Verdict.Broken,
                $"is not in the endpoint's flags, so the fast path passes the queue by: {effect}; {Remedy}"),
            LimitStateNames.Unflagged => new Finding(Area, subject, Verdict.Warning,
                $"is not in the endpoint's flags: nothing would hold the container back if it removed its own queue; {Remedy}"),
            LimitStateNames.Differs => new Finding(Area, subject, Verdict.Warning,
                $"has a queue of another rate than {BitCount.Text(row.RateBits)}bit/s: somebody changed it; {Remedy}"),
            LimitStateNames.Unknown => new Finding(Area, subject, Verdict.Warning,
                "cannot be looked at: the container's network namespace is not where its ADD found it; if the container is gone, its DEL removes the limit"),
            _ => null,
        };
    }
}
