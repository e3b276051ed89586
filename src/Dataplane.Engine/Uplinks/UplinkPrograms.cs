using Dataplane.Bpf;
using Dataplane.Interop;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>The two programs of an uplink: ingress is what comes in from outside, egress what leaves the node.</summary>
internal static class UplinkPrograms
{
    private const ushort Priority = 1;
    private const uint Handle = 1;
    private const string FromUplink = "dp_from_uplink";
    private const string ToUplink = "dp_to_uplink";
    private const string Clsact = "clsact";

    /// <summary>Attaches both, in the place of older ones of ours.</summary>
    /// <exception cref="NodeException">The kernel refuses.</exception>
    public static void Attach(Node node, NodePrograms programs, int ifIndex)
    {
        RtnlBatch batch = node.Rtnl.Batch();
        batch.AddClsact(ifIndex);
        batch.ReplaceBpfFilter(ifIndex, ingress: true, Priority, Handle, programs.FromUplink.Fd, FromUplink);
        batch.ReplaceBpfFilter(ifIndex, ingress: false, Priority, Handle, programs.ToUplink.Fd, ToUplink);
        try
        {
            node.Rtnl.Send(batch);
        }
        catch (NetlinkException e)
        {
            throw new NodeException($"the programs cannot be attached to the uplink {Name(node, ifIndex)}: {Kernel.Reason(e)}", e);
        }
    }

    /// <summary>Detaches both; a device that is gone, or never had them, is success.</summary>
    public static void Detach(Node node, int ifIndex)
    {
        foreach (FilterInfo filter in node.Rtnl.DumpFilters(ifIndex))
        {
            if (filter.Name == (filter.IsIngress ? FromUplink : ToUplink))
            {
                RtnlBatch batch = node.Rtnl.Batch();
                batch.DeleteFilter(ifIndex, filter.IsIngress, filter.Priority, filter.Handle);
                try
                {
                    node.Rtnl.Send(batch);
                }
                catch (NetlinkException e) when (e.Errno is Errno.ENODEV or Errno.ENOENT or Errno.EINVAL)
                {
                    // The device went, or its clsact did.
                }
            }
        }
    }

    /// <summary>Where both of this node's programs run on a device: "clsact"; empty: they do not.</summary>
    public static string Hook(Node node, NodePrograms programs, int ifIndex)
    {
        bool from = false, to = false;
        foreach (FilterInfo filter in node.Rtnl.DumpFilters(ifIndex))
        {
            from |= filter.IsIngress && filter.ProgramId == programs.FromUplink.Id;
            to |= !filter.IsIngress && filter.ProgramId == programs.ToUplink.Id;
        }

        return from && to ? Clsact : "";
    }

    private static string Name(Node node, int ifIndex) =>
        node.Rtnl.FindLink(ifIndex)?.Name ?? ifIndex.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
