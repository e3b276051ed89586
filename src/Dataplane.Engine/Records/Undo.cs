using Dataplane.Abi;
using Dataplane.Bpf;
using Dataplane.Interop;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>The way back of every step of a record. Each is harmless when its step was never taken or is undone already.</summary>
internal static class Undo
{
    /// <summary>
    /// Undoes a record's steps in reverse, except that addresses are given back last: while they are configured nobody else may get them, so what could
    /// not be undone keeps them. Only a source that needs the interface for it is asked first, and sees to that itself.
    /// All are tried; the first failure is thrown at the end and the record stays.
    /// </summary>
    /// <param name="node">The node.</param>
    /// <param name="journal">The record's.</param>
    /// <param name="addresses">Where addresses go back to; null when the caller sees to it.</param>
    /// <param name="log">What is told.</param>
    public static void Run(Node node, Journal journal, IAddressSource? addresses, ILog log)
    {
        Exception? first = null;
        bool unmapped = false;
        bool leased = addresses is not null && journal.Record?.Find(StepKind.Ipam) is not null;
        if (leased && addresses!.NeedsInterface)
        {
            Attempt(addresses.Release, "release addresses", log, ref first);
        }

        var left = new List<PodPort>();
        if (journal.Record is { } record)
        {
            bool shared = SharedEndpoint.IsInUse(node, record);
            for (int i = record.Steps.Count - 1; i >= 0; i--)
            {
                AttachmentStep step = record.Steps[i];
                if (shared && SharedEndpoint.IsOfEndpoint(step))
                {
                    continue;
                }

                unmapped |= step.Kind == StepKind.HostPort;
                Attempt(() => UndoOne(node, record, step, left, log), $"{record.Id}: undo \"{step}\"", log, ref first);
            }
        }

        if (unmapped && node.TryPinned() is { } pinned)
        {
            // Now that the rows are gone: what goes by them ends, although the container may live on.
            Attempt(() => pinned.CountMappings(), "end connections to host ports", log, ref first);
            StaleSockets.Close(pinned, left, log);
        }

        if (leased && !addresses!.NeedsInterface && first is null)
        {
            Attempt(addresses.Release, "release addresses", log, ref first);
        }

        if (first is not null)
        {
            throw first;
        }
    }

    private static void Attempt(Action action, string what, ILog log, ref Exception? first)
    {
        try
        {
            action();
            log.Debug(what);
        }
#pragma warning disable CA1031 // Every other step is undone whatever this one ran into; the caller gets the failure.
        catch (Exception e)
#pragma warning restore CA1031
        {
            log.Warn($"{what}: {e.Message}");
            first ??= e;
        }
    }

    private static void UndoOne(Node node, AttachmentRecord record, AttachmentStep step, List<PodPort> left, ILog log)
    {
        switch (step.Kind)
        {
            // Programs that are not there have no rows; they are not loaded to remove some.
            case StepKind.Endpoint when node.TryPinned() is { } programs:
                new EndpointTable(programs, node.Run).RemoveEndpoint(step.Index, step.Generation);
                break;
            case StepKind.Address when node.TryPinned() is { } programs:
                if (new EndpointTable(programs, node.Run).RemoveAddress(step.Index, step.Generation, step.Address!))
                {
                    ForgetNeighbour(node, step);
                }

                break;
            case StepKind.HostPort when node.TryPinned() is { } programs:
                if (new HostPortTable(node, programs).Remove(step) is { } pod)
                {
                    left.Add(pod);
                }

                break;
            case StepKind.Filters:
                EndpointFilters.Detach(node.Rtnl, step.Index);
                break;
            case StepKind.Exclusion when node.TryPinned() is { } programs:
                new EndpointTable(programs, node.Run).RemoveExclusion(step.Index, step.Generation, new AddressPrefix(step.Address!, step.Length));
                break;
            case StepKind.Queue:
                LimitQueue.RemoveFromHost(node, step.Index, step.Generation);
                break;
            case StepKind.PodQueue:
                PodQueue.Remove(node, record, step);
                break;
            case StepKind.Limit when node.TryPinned() is { } programs:
                new LimitTable(programs, node.Run).Remove(step.Index, step.Generation, step.Direction);
                break;
            case StepKind.LimitSubnet when node.TryPinned() is { } programs:
                new LimitTable(programs, node.Run).RemoveSubnet(step.Index, step.Generation, new AddressPrefix(step.Address!, step.Length));
                break;
            case StepKind.Firewall when node.TryPinned() is { } programs:
                // An endpoint that was made for plugins like this one was in the stack before.
                new EndpointTable(programs, node.Run).SetFlags(
                    step.Index, step.Generation, FirewallSteps.All, record.Find(StepKind.Endpoint) is null ? EndpointFlags.None : EndpointFlags.FastPathOff);
                break;
            case StepKind.Zone:
                FirewalldZones.Leave(node.SystemBus, step.Name, step.Address!, log);
                break;
            case StepKind.Sysctl:
                PodTuning.Restore(record, step);
                break;
            case StepKind.Moved:
                MovedDevice.GiveBack(node, record, step);
                break;
            case StepKind.Device:
                PodDevice.Delete(record, step);
                break;
            case StepKind.Veth:
                DeleteVeth(node, step);
                break;
        }
    }

    /// <summary>Whether a record's veth is still there: the device of its name and hardware address.</summary>
    public static bool HasVeth(Node node, AttachmentRecord record) =>
        record.Find(StepKind.Veth) is { } step && FindVeth(node, step) is not null;

    private static LinkInfo? FindVeth(Node node, AttachmentStep step) =>
        node.Rtnl.FindLink(step.Name) is { Kind: "veth" } link && link.Mac.ToString() == step.Mac ? link : null;

    private static void DeleteVeth(Node node, AttachmentStep step)
    {
        if (FindVeth(node, step) is not { } link)
        {
            return;
        }

        RtnlBatch batch = node.Rtnl.Batch();
        batch.DeleteLink(link.Index);
        try
        {
            node.Rtnl.Send(batch);
        }
        catch (NetlinkException e) when (e.Errno == Errno.ENODEV)
        {
            // The namespace of the other end went away at the same moment.
        }
    }

    // The next owner of the address must not be looked for at the old hardware address.
    private static void ForgetNeighbour(Node node, AttachmentStep step)
    {
        RtnlBatch batch = node.Rtnl.Batch();
        batch.DeleteNeighbour(step.Index, step.Address!);
        try
        {
            node.Rtnl.Send(batch);
        }
        catch (NetlinkException)
        {
            // There was none, or the device is gone.
        }
    }
}
