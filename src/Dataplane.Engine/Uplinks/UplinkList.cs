using System.Net;
using Dataplane.Abi;
using Dataplane.Bpf;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>Reads what the devices are, for people.</summary>
/// <param name="node">The node.</param>
/// <param name="patterns">What is an uplink instead of what the routes say; empty: nothing.</param>
internal sealed class UplinkList(Node node, IReadOnlyList<string> patterns)
{
    /// <summary>Every device that is no container's, and every row whose device is gone.</summary>
    public List<UplinkDevice> Read()
    {
        NodePrograms? programs = node.TryPinned();
        var rows = new SortedDictionary<uint, DeviceRow>();
        var containers = new HashSet<uint>();
        if (programs is not null)
        {
            foreach ((uint ifIndex, DeviceRow row) in programs.Devices.Entries())
            {
                rows[ifIndex] = row;
            }

            foreach ((uint ifIndex, Endpoint _) in programs.Endpoints.Entries())
            {
                containers.Add(ifIndex);
            }
        }

        List<UplinkDevice> devices = [];
        foreach (LinkInfo link in node.Rtnl.DumpLinks())
        {
            if (!containers.Contains((uint)link.Index))
            {
                DeviceRow? row = rows.Remove((uint)link.Index, out DeviceRow found) ? found : null;
                devices.Add(Describe(link, row, programs));
            }
        }

        foreach ((uint ifIndex, DeviceRow row) in rows)
        {
            devices.Add(new UplinkDevice((int)ifIndex, "", row.Flags, row.Generation, Address(row.Source4), Address(row.Source6), UplinkReason.Gone, ""));
        }

        devices.Sort(static (a, b) => a.IfIndex.CompareTo(b.IfIndex));
        return devices;
    }

    private UplinkDevice Describe(LinkInfo link, DeviceRow? row, NodePrograms? programs)
    {
        DeviceSurvey survey = DeviceSurvey.Take(node.Rtnl, link.Index);
        UplinkReason reason = row is { } known && (known.Flags & DeviceFlags.Domain) != 0 ? UplinkReason.Domain : UplinkPass.Reason(patterns, link, survey);
        string hook = programs is null ? "" : UplinkPrograms.Hook(node, programs, link.Index);
        return row is { } at
            ? new UplinkDevice(link.Index, link.Name, at.Flags, at.Generation, Address(at.Source4), Address(at.Source6), reason, hook)
            : new UplinkDevice(link.Index, link.Name, null, 0, null, null, reason, hook);
    }

    private static IPAddress? Address(ReadOnlySpan<byte> bytes) => bytes.ContainsAnyExcept((byte)0) ? new IPAddress(bytes) : null;
}
