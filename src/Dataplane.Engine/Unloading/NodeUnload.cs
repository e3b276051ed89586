using Dataplane.Bpf;
using Dataplane.Interop;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>
/// Takes everything of ours off a node that has no container of ours any more: programs at uplinks and at the cgroup, pins, records of containers that
/// are gone, the run directory. Leases stay. The next ADD finds a node as after a boot.
/// </summary>
/// <remarks>
/// An ADD has its record before it asks for its generation, and asks under the lock that the pins are removed under: either its record is seen
/// here, or it is told that its programs are no more.
/// </remarks>
public static class NodeUnload
{
    /// <summary>Unloads the node, unless a container is attached: then nothing is changed.</summary>
    /// <param name="node">The node.</param>
    /// <param name="log">What is told.</param>
    /// <exception cref="LinuxException">The kernel refuses; what was removed already is gone, and the next call removes the rest.</exception>
    public static UnloadedNode Run(Node node, ILog log)
    {
        ArgumentNullException.ThrowIfNull(node);
        List<AttachedContainer> attached = AttachedContainers.Read(node);
        if (attached.Count > 0)
        {
            return new UnloadedNode(attached, WasThere: true, [], default, 0);
        }

        PinCount pins = NodePrograms.CountPins(node.Cookie);
        bool wasThere = Directory.Exists(NodePrograms.NodeDirectory(node.Cookie)) || Directory.Exists(node.Run.Path);
        if (!wasThere)
        {
            // Somebody may have removed the pins and left the programs at the devices.
            List<string> orphaned = DetachUplinks(node);
            return new UnloadedNode([], orphaned.Count > 0, orphaned, pins, 0);
        }

        int records = RemoveLeftovers(node, log);
        List<string> uplinks = [];
        using (LockedFile changes = node.Run.Lock(Uplinks.LockName))
        {
            bool removed = NodePrograms.Remove(node.Cookie, () =>
            {
                attached = AttachedContainers.Read(node);
                if (attached.Count == 0)
                {
                    uplinks = DetachUplinks(node);
                }

                return attached.Count == 0;
            });
            if (!removed)
            {
                return new UnloadedNode(attached, wasThere, [], default, records);
            }

            RunFiles.Remove(node);
            changes.Remove();
        }

        RunFiles.RemoveIfEmpty(node.Run.Path);
        return new UnloadedNode([], wasThere, uplinks, pins, records);
    }

    /// <summary>Undoes what containers left that are gone: a DEL by plugins of others knows nothing of our host ports, zones and devices' names.</summary>
    private static int RemoveLeftovers(Node node, ILog log)
    {
        int count = 0;
        RunDirectory[] places = AttachedContainers.Records(node);
        // Chained plugins first, as a DEL does it.
        Array.Reverse(places);
        foreach (RunDirectory records in places)
        {
            foreach (string name in records.ListRecords())
            {
                using Journal? journal = Journal.TryOpenIdle(records, name);
                // Of an ADD that came since it was looked: it is found again before anything else is removed.
                if (journal is null || (journal.Record is { } record && AttachedContainers.IsAlive(node, record)))
                {
                    continue;
                }

                Undo.Run(node, journal, null, log);
                journal.Remove();
                count++;
            }
        }

        return count;
    }

    // Not by the rows of the uplinks alone: those of an older ABI have a map of their own.
    private static List<string> DetachUplinks(Node node)
    {
        List<string> names = [];
        foreach (LinkInfo link in node.Rtnl.DumpLinks())
        {
            if (UplinkPrograms.Detach(node, link.Index))
            {
                names.Add(link.Name);
            }
        }

        return names;
    }
}
