using System.Runtime.ExceptionServices;
using Dataplane.Bpf;

namespace Dataplane.Engine;

/// <summary>What ADD, DEL and GC of every plugin share: the life of an attachment's record.</summary>
/// <param name="node">The node.</param>
/// <param name="log">What is told.</param>
/// <param name="records">Where the records are; null for the main plugins'.</param>
public sealed class Attachments(Node node, ILog log, RunDirectory? records = null)
{
    private readonly RunDirectory _records = records ?? node.Run;

    /// <summary>
    /// Runs an ADD under its journal: what a killed ADD of the same interface left is undone first; when this one fails, it is
    /// undone as well. The journal stays open and the record incomplete until the caller has told the result to whoever asked.
    /// </summary>
    /// <param name="record">Who is attached; without steps.</param>
    /// <param name="addresses">Its addresses' source, or null.</param>
    /// <param name="attach">The work.</param>
    /// <typeparam name="T">What it makes.</typeparam>
    /// <exception cref="NodeException">The interface is attached already, or the work failed.</exception>
    internal PendingAttachment<T> Add<T>(AttachmentRecord record, IAddressSource? addresses, Func<Journal, T> attach)
    {
        Journal journal = Journal.Open(_records, record.Id);
        try
        {
            UndoPrevious(journal, record.Network, addresses);
            journal.Begin(record);
            try
            {
                T result = attach(journal);
                // Only what loaded the programs has made something to sweep.
                if (node.Opened is { } programs)
                {
                    NodeSweep.Tend(programs);
                }

                return new PendingAttachment<T>(result, journal);
            }
            catch (Exception e)
            {
                log.Debug($"{record.Id}: ADD failed, undoing: {e.Message}");
                UndoFailed(journal, addresses);
                throw;
            }
        }
        catch
        {
            journal.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Detaches a container's interface as its record says, and also when there is none: by the netns path, as long as that leads
    /// somewhere. Addresses are given back last, or first by a source that needs the interface for it. It succeeds when there is nothing left to detach.
    /// </summary>
    /// <param name="id">The interface.</param>
    /// <param name="netnsPath">CNI_NETNS; may be empty or lead nowhere.</param>
    /// <param name="addresses">The addresses' source, or null.</param>
    public void Delete(AttachmentId id, string netnsPath, IAddressSource? addresses) =>
        Delete(id, addresses, _ => ContainerLink.Delete(netnsPath, id.IfName, log));

    /// <summary>As <see cref="Delete(AttachmentId, string, IAddressSource?)"/>, for an interface whose end is not simply to be deleted.</summary>
    /// <param name="id">The interface.</param>
    /// <param name="addresses">The addresses' source, or null.</param>
    /// <param name="unrecorded">Sees to what is in the container without being recorded; it gets the record that is undone, or null.</param>
    internal void Delete(AttachmentId id, IAddressSource? addresses, Action<AttachmentRecord?> unrecorded)
    {
        using Journal? journal = Journal.TryOpen(_records, id);
        ExceptionDispatchInfo? failure = addresses is { NeedsInterface: true } ? TryRelease(id, addresses) : null;
        if (journal is not null)
        {
            Undo.Run(node, journal, null, log);
        }

        unrecorded(journal?.Record);
        if (addresses is { NeedsInterface: false })
        {
            addresses.Release();
        }

        failure?.Throw();
        journal?.Remove();
        TendSweep();
    }

    /// <summary>
    /// Detaches what is recorded for a network and is not valid any more, whichever plugin attached it: the network's configuration may have got another
    /// plugin since, which nobody else would collect after. An attachment somebody works on at the moment is left alone. All are tried.
    /// </summary>
    /// <param name="network">The network's name.</param>
    /// <param name="valid">The attachments that stay.</param>
    /// <param name="source">The source of an attachment's addresses, or null.</param>
    /// <param name="staying">Gets what is not in the list and stays all the same: somebody works on it, or it could not be removed; null: nobody asks.</param>
    /// <returns>What could not be removed, one sentence each.</returns>
    public List<string> Collect(
        string network, IReadOnlyCollection<AttachmentId> valid, Func<AttachmentRecord, IAddressSource?> source, ICollection<AttachmentId>? staying = null)
    {
        ArgumentNullException.ThrowIfNull(valid);
        ArgumentNullException.ThrowIfNull(source);
        List<string> failures = [];
        var keep = new HashSet<string>(valid.Count, StringComparer.Ordinal);
        foreach (AttachmentId id in valid)
        {
            keep.Add(id.FileName);
        }

        foreach (string name in _records.ListRecords())
        {
            // Most are valid, and need not be opened.
            if (keep.Contains(name))
            {
                continue;
            }

            AttachmentRecord? stale = null;
            try
            {
                using Journal? journal = Journal.TryOpenIdle(_records, name);
                if (journal is null && _records.ReadRecord(name) is { } working && working.Network == network)
                {
                    staying?.Add(working.Id);
                }

                if (journal?.Record is not { } record || record.Network != network)
                {
                    continue;
                }

                stale = record;
                log.Info($"{record.Id}: not attached to network {network} any more, removing what is left");
                Undo.Run(node, journal, source(record), log);
                journal.Remove();
            }
#pragma warning disable CA1031 // The other attachments are collected all the same; the failure is reported.
            catch (Exception e)
#pragma warning restore CA1031
            {
                failures.Add($"{name}: {e.Message}");
                if (stale is not null)
                {
                    staying?.Add(stale.Id);
                }
            }
        }

        return failures;
    }

    /// <summary>Every record of the node, complete or not, in the order of their names; unreadable ones are left out.</summary>
    /// <param name="run">The node's directory.</param>
    public static List<AttachmentRecord> List(RunDirectory run)
    {
        ArgumentNullException.ThrowIfNull(run);
        List<AttachmentRecord> records = [];
        string[] names = [.. run.ListRecords()];
        Array.Sort(names, StringComparer.Ordinal);
        foreach (string name in names)
        {
            if (run.ReadRecord(name) is { } record)
            {
                records.Add(record);
            }
        }

        return records;
    }

    // The interface goes whether its addresses could be given back or not; then DEL fails, and is repeated.
    private ExceptionDispatchInfo? TryRelease(AttachmentId id, IAddressSource addresses)
    {
        try
        {
            addresses.Release();
            return null;
        }
#pragma warning disable CA1031 // Thrown once the rest is done.
        catch (Exception e)
#pragma warning restore CA1031
        {
            log.Warn($"{id}: release addresses: {e.Message}");
            return ExceptionDispatchInfo.Capture(e);
        }
    }

    private void TendSweep()
    {
        if (node.TryPinned() is { } programs)
        {
            NodeSweep.Tend(programs);
        }
    }

    private void UndoPrevious(Journal journal, string network, IAddressSource? addresses)
    {
        if (journal.Record is not { } old)
        {
            return;
        }

        if (old.IsComplete && Undo.HasVeth(node, old))
        {
            throw new NodeException(
                $"container veth name (\"{old.Id.IfName}\") peer provided (\"{old.Find(StepKind.Veth)!.Name}\") already exists");
        }

        if (old.IsComplete && PodDevice.Exists(old))
        {
            throw new NodeException($"failed to create {old.Plugin}: the container has a device \"{old.Id.IfName}\" already, attached to network {old.Network}");
        }

        if (old.IsComplete && MovedDevice.Exists(old))
        {
            throw new NodeException($"failed to move link {old.Find(StepKind.Moved)!.Name}: it is in the container already, attached to network {old.Network}");
        }

        bool hadDevice = old.Find(StepKind.Veth) is not null || old.Find(StepKind.Device) is not null || old.Find(StepKind.Moved) is not null;
        log.Info($"{old.Id}: undoing an ADD on network {old.Network} that {(!old.IsComplete ? "was killed" : hadDevice ? "lost its devices" : "is repeated")}");
        if (old.Network != network && old.Find(StepKind.Ipam) is not null)
        {
            // This network's IPAM plugin has not got them.
            log.Warn($"{old.Id}: its addresses are given back by a DEL or GC of network {old.Network}");
            addresses = null;
        }

        Undo.Run(node, journal, addresses, log);
    }

    private void UndoFailed(Journal journal, IAddressSource? addresses)
    {
        Interruption.BeginUndo();
        try
        {
            Undo.Run(node, journal, addresses, log);
            journal.Remove();
        }
#pragma warning disable CA1031 // Logged by Undo; the record stays for DEL and GC, and the ADD's own failure is the one to report.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }
}
