using System.Runtime.InteropServices;
using Dataplane.Abi;
using Dataplane.Bpf;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>Makes the limits of one container, and looks whether they are there.</summary>
/// <param name="node">The node.</param>
/// <param name="programs">Its programs.</param>
/// <param name="plan">The limits.</param>
internal sealed class LimitWork(Node node, NodePrograms programs, LimitPlan plan)
{
    private readonly LimitTable _table = new(programs, node.Run);

    /// <summary>
    /// Makes them, whatever of them is there already. Rows come before the queues that make programs look at them, and the endpoint's flags
    /// last: nothing sees half of a limit.
    /// </summary>
    /// <param name="journal">Where the steps are announced.</param>
    /// <param name="running">The engine that keeps the container's limits now; null: none does.</param>
    /// <returns>The engine.</returns>
    public Shaper Install(Journal journal, Shaper? running)
    {
        LinkInfo? host = plan.Ingress is null ? null : Host();
        using PodQueue? pod = plan.Egress is null ? null : PodQueue.Open(plan.NetnsPath, plan.Id.IfName, plan.IfIndex);
        Announce(journal, pod);
        Shaper shaper = running ?? Choose(host, pod);
        if (plan.BySubnet)
        {
            _table.RemoveEarlierSubnets(plan.Endpoint);
        }

        foreach (AddressPrefix prefix in plan.Peers)
        {
            _table.WriteSubnet(plan.Endpoint, prefix);
        }

        if (host is not null)
        {
            _table.Write(plan.IfIndex, LimitDirection.Ingress, Row(LimitDirection.Ingress, host.Mtu, shaper));
            LimitQueue.Install(node.Rtnl, host.Index, host.Name, shaper, plan.Ingress!, host.Mtu, plan.BySubnet);
        }

        if (pod is not null)
        {
            _table.Write(plan.IfIndex, LimitDirection.Egress, Row(LimitDirection.Egress, pod.Link.Mtu, shaper));
            LimitQueue.Install(pod.Rtnl, pod.Link.Index, pod.Link.Name, shaper, plan.Egress!, pod.Link.Mtu, plan.BySubnet);
            if (plan.NeedsProgram(shaper))
            {
                _table.WritePod(pod.Key, plan.Endpoint);
                pod.Attach(programs);
            }
        }

        _table.SetFlags(plan.Endpoint, plan.EndpointFlags(shaper));
        return shaper;
    }

    /// <summary>Takes away what directions without a limit had.</summary>
    public void RemoveOthers(AttachmentRecord record)
    {
        if (plan.Ingress is null)
        {
            _table.Remove(plan.IfIndex, plan.Endpoint.Generation, LimitDirection.Ingress);
            LimitQueue.RemoveFromHost(node, plan.IfIndex, plan.Endpoint.Generation);
        }

        if (plan.Egress is null)
        {
            _table.Remove(plan.IfIndex, plan.Endpoint.Generation, LimitDirection.Egress);
            if (record.Find(StepKind.PodQueue) is { } step)
            {
                PodQueue.Remove(node, record, step);
            }
        }
    }

    /// <summary>The engine that keeps a container's limits; null: it has none.</summary>
    public Shaper? Running() =>
        (_table.Find(plan.Endpoint, LimitDirection.Ingress) ?? _table.Find(plan.Endpoint, LimitDirection.Egress)) is { } row
            ? (row.Flags & LimitFlags.Edt) != 0 ? Shaper.Edt : Shaper.Tbf
            : null;

    /// <summary>Throws unless everything is there as <see cref="Install"/> makes it.</summary>
    /// <exception cref="NodeException">The first thing that is not.</exception>
    public void Verify()
    {
        if (Running() is not { } shaper || !programs.Endpoints.TryLookup((uint)plan.IfIndex, out Endpoint endpoint)
            || endpoint.Generation != plan.Endpoint.Generation || (endpoint.Flags & LimitTable.All) != plan.EndpointFlags(shaper))
        {
            throw NotLimited("is not limited as its configuration says");
        }

        if ((plan.Choice, shaper) is (ShaperChoice.Edt, Shaper.Tbf) or (ShaperChoice.Tbf, Shaper.Edt))
        {
            throw NotLimited("is limited by another engine than its configuration says");
        }

        EndpointFilters.Verify(node.Rtnl, plan.IfIndex, Host().Name, programs);
        foreach (AddressPrefix prefix in plan.Peers)
        {
            if (!_table.HasSubnet(plan.Endpoint, prefix))
            {
                throw NotLimited($"would be limited wrongly to {prefix}: the prefix is not in the node's map");
            }
        }

        if (plan.Ingress is not null)
        {
            LinkInfo host = Host();
            VerifyRow(LimitDirection.Ingress, host.Mtu, shaper);
            LimitQueue.Verify(node.Rtnl, host.Index, host.Name, shaper, plan.Ingress, host.Mtu, plan.BySubnet);
        }

        if (plan.Egress is not null)
        {
            VerifyPod(plan.Egress, shaper);
        }
    }

    private void VerifyPod(BandwidthLimit egress, Shaper shaper)
    {
        using PodQueue pod = PodQueue.Open(plan.NetnsPath, plan.Id.IfName, plan.IfIndex);
        VerifyRow(LimitDirection.Egress, pod.Link.Mtu, shaper);
        LimitQueue.Verify(pod.Rtnl, pod.Link.Index, $"{pod.Link.Name} in the container", shaper, egress, pod.Link.Mtu, plan.BySubnet);
        if (!plan.NeedsProgram(shaper))
        {
            return;
        }

        if (!programs.LimitPods.TryLookup(pod.Key, out LimitPod row) || row.Ifindex != plan.Endpoint.Ifindex || row.Generation != plan.Endpoint.Generation)
        {
            throw NotLimited("is not in the node's map of limited containers");
        }

        pod.VerifyProgram(programs);
    }

    private void VerifyRow(LimitDirection direction, int mtu, Shaper shaper)
    {
        LimitRow expected = Row(direction, mtu, shaper);
        if (_table.Find(plan.Endpoint, direction) is not { } row || !Bytes(row).SequenceEqual(Bytes(expected))
            || !programs.LimitStates.TryLookup(LimitTable.Key(plan.IfIndex, direction), out LimitState _))
        {
            throw NotLimited(direction == LimitDirection.Ingress ? "does not get what its limit says" : "does not send what its limit says");
        }
    }

    private void Announce(Journal journal, PodQueue? pod)
    {
        var steps = new List<AttachmentStep>();
        if (plan.Ingress is not null)
        {
            steps.Add(AttachmentStep.Queue(plan.IfIndex, plan.Endpoint.Generation));
        }

        if (pod is not null)
        {
            steps.Add(AttachmentStep.PodQueue(pod.Link.Index, plan.Endpoint.Generation, pod.Cookie));
        }

        foreach (AddressPrefix prefix in plan.Peers)
        {
            steps.Add(AttachmentStep.LimitSubnet(plan.Endpoint, plan.Listed == LimitFlags.Shaped, prefix));
        }

        foreach (LimitDirection direction in (ReadOnlySpan<LimitDirection>)[LimitDirection.Ingress, LimitDirection.Egress])
        {
            if (plan.Of(direction) != LimitSteps.Current(journal.Record!, direction))
            {
                steps.Add(AttachmentStep.LimitRow(plan.Endpoint, direction, plan.Of(direction), plan.Choice));
            }
        }

        List<AttachmentStep> written = journal.Record!.Steps;
        steps.RemoveAll(step => step.Kind != StepKind.Limit && written.Contains(step));
        if (steps.Count > 0)
        {
            journal.Write(steps);
        }
    }

    // The kernel is asked at the device itself: what it answers is done already.
    private Shaper Choose(LinkInfo? host, PodQueue? pod)
    {
        if (plan.Choice == ShaperChoice.Tbf || (host is null && pod is null))
        {
            return Shaper.Tbf;
        }

        bool hasFq = host is not null ? LimitQueue.TryFq(node.Rtnl, host.Index, host.Name) : LimitQueue.TryFq(pod!.Rtnl, pod.Link.Index, pod.Link.Name);
        return hasFq ? Shaper.Edt : plan.Choice == ShaperChoice.Auto ? Shaper.Tbf : throw Shapers.Missing();
    }

    private LimitRow Row(LimitDirection direction, int mtu, Shaper shaper) =>
        LimitMath.Row(plan.Of(direction)!, mtu, direction, plan.RowFlags(shaper), plan.Endpoint.Generation);

    private LinkInfo Host() => node.Rtnl.FindLink(plan.IfIndex) ?? throw new NodeException($"the host end of the veth of {plan.Id} is gone");

    private NodeException NotLimited(string what) => new($"{plan.Id} {what}; detach and attach the container again");

    private static ReadOnlySpan<byte> Bytes(in LimitRow row) => MemoryMarshal.AsBytes(new ReadOnlySpan<LimitRow>(in row));
}
