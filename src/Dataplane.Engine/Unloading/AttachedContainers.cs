using Dataplane.Interop;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>
/// Who is attached, by what is there: a record whose device lives, whoever works on it, and a device that runs the programs of a container. A record whose
/// device is gone is nobody's: its container was deleted by plugins of others, or its DEL was lost.
/// </summary>
internal sealed class AttachedContainers
{
    private readonly Node _node;
    private readonly Dictionary<int, string> _unrecorded = [];
    private readonly HashSet<string> _listed = new(StringComparer.Ordinal);
    private readonly List<AttachedContainer> _found = [];

    private AttachedContainers(Node node) => _node = node;

    /// <summary>The places where records are, the main plugins' first.</summary>
    public static RunDirectory[] Records(Node node) => [node.Run, node.Run.PortMappings, node.Run.Bandwidths, node.Run.Firewalls];

    /// <summary>All of them, each once. Changes nothing.</summary>
    public static List<AttachedContainer> Read(Node node)
    {
        var containers = new AttachedContainers(node);
        containers.Read();
        return containers._found;
    }

    /// <summary>Whether what a record is about is still there.</summary>
    public static bool IsAlive(Node node, AttachmentRecord record)
    {
        if (Undo.HasVeth(node, record) || PodDevice.Exists(record) || MovedDevice.Exists(record))
        {
            return true;
        }

        return DeviceOf(record) is { } device ? EndpointFilters.AreOn(node.Rtnl, device) : record.Find(StepKind.Zone) is not null && HasNamespace(record);
    }

    private void Read()
    {
        foreach (LinkInfo link in _node.Rtnl.DumpLinks())
        {
            if (EndpointFilters.AreOn(_node.Rtnl, link.Index))
            {
                _unrecorded[link.Index] = link.Name;
            }
        }

        foreach (RunDirectory records in Records(_node))
        {
            List<string> names = records.ListRecords();
            names.Sort(StringComparer.Ordinal);
            foreach (string name in names)
            {
                Visit(records, name);
            }
        }

        foreach (string device in _unrecorded.Values)
        {
            _found.Add(new AttachedContainer("", "", "", "", device, IsBusy: false));
        }
    }

    private void Visit(RunDirectory records, string name)
    {
        using Journal? idle = Journal.TryOpenIdle(records, name);
        bool busy = idle is null && File.Exists($"{records.Attachments}/{name}");
        AttachmentRecord? record = busy ? records.ReadRecord(name) : idle?.Record;
        if (!busy && !(record is not null && IsAlive(_node, record)))
        {
            return;
        }

        string device = record?.Find(StepKind.Veth)?.Name ?? "";
        if (record is not null && DeviceOf(record) is { } index && _unrecorded.Remove(index, out string? found))
        {
            device = found;
        }

        // Chained plugins have a record of the same interface each.
        if (_listed.Add(name))
        {
            _found.Add(new AttachedContainer(
                record?.Id.ContainerId ?? name, record?.Id.IfName ?? "", record?.Network ?? "", record?.Plugin ?? "", device, busy));
        }
    }

    /// <summary>Interface index of the device whose programs a record's steps are about.</summary>
    private static int? DeviceOf(AttachmentRecord record)
    {
        foreach (AttachmentStep step in record.Steps)
        {
            if (step.Kind is StepKind.Endpoint or StepKind.Filters or StepKind.HostPort or StepKind.Limit or StepKind.Firewall)
            {
                return step.Index;
            }
        }

        return null;
    }

    // Of an address in a zone of firewalld nothing else tells whether somebody uses it.
    private static bool HasNamespace(AttachmentRecord record)
    {
        using NetworkNamespace? pod = PodNamespace.TryOpen(record.NetnsPath);
        return pod is not null;
    }
}
