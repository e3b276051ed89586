using System.Globalization;
using Dataplane.Bpf;
using Dataplane.Interop;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>
/// The two programs of an uplink: ingress is what comes in from outside, egress what leaves the node. At tcx hooks where the kernel has them:
/// others' programs there keep their order, and a new build takes the old one's place between two packets. Else as filters of clsact.
/// </summary>
internal static class UplinkPrograms
{
    private const ushort Priority = 1;
    private const uint Handle = 1;
    private const string FromUplink = "dp_from_uplink";
    private const string ToUplink = "dp_to_uplink";

    /// <summary>Attaches both, in the place of older ones of ours.</summary>
    /// <exception cref="NodeException">The kernel refuses.</exception>
    public static void Attach(Node node, NodePrograms programs, int ifIndex)
    {
        try
        {
            if (TcxHook.HasTcx)
            {
                // The way out first: while one of the two is missing nothing leaves untranslated.
                TcxHook.Egress((uint)ifIndex).Ensure(programs, programs.ToUplink);
                TcxHook.Ingress((uint)ifIndex).Ensure(programs, programs.FromUplink, first: true);
                return;
            }

            RtnlBatch batch = node.Rtnl.Batch();
            batch.AddClsact(ifIndex);
            batch.ReplaceBpfFilter(ifIndex, ingress: false, Priority, Handle, programs.ToUplink.Fd, ToUplink);
            batch.ReplaceBpfFilter(ifIndex, ingress: true, Priority, Handle, programs.FromUplink.Fd, FromUplink);
            node.Rtnl.Send(batch);
        }
        catch (Exception e) when (e is NetlinkException or LinuxException)
        {
            if (node.Rtnl.HasLink(ifIndex))
            {
                throw new NodeException($"the programs cannot be attached to the uplink {Name(node, ifIndex)}: {Kernel.Reason(e)}", e);
            }
        }
    }

    /// <summary>Detaches both, of whatever build; a device that is gone, or never had them, is success.</summary>
    /// <returns>Whether there was one.</returns>
    public static bool Detach(Node node, int ifIndex)
    {
        int count = 0;
        if (TcxHook.HasTcx)
        {
            try
            {
                count += TcxPrograms.RemoveFrom((uint)ifIndex, node.Cookie);
            }
            catch (LinuxException e) when (e.Errno == Errno.ENODEV)
            {
                // It is gone, and its programs with it.
            }
        }

        foreach (FilterInfo filter in node.Rtnl.DumpFilters(ifIndex))
        {
            if (filter.Name == (filter.IsIngress ? FromUplink : ToUplink))
            {
                Delete(node, ifIndex, filter);
                count++;
            }
        }

        return count > 0;
    }

    /// <summary>Where both of this node's programs run on a device: "tcx" or "clsact"; empty: they do not.</summary>
    public static string Hook(Node node, NodePrograms programs, int ifIndex)
    {
        try
        {
            if (TcxHook.HasTcx
                && Array.IndexOf(TcxHook.Egress((uint)ifIndex).ProgramIds(), programs.ToUplink.Id) >= 0
                && Array.IndexOf(TcxHook.Ingress((uint)ifIndex).ProgramIds(), programs.FromUplink.Id) >= 0)
            {
                return "tcx";
            }
        }
        catch (LinuxException e) when (e.Errno == Errno.ENODEV)
        {
            return "";
        }

        bool from = false, to = false;
        foreach (FilterInfo filter in node.Rtnl.DumpFilters(ifIndex))
        {
            from |= filter.IsIngress && filter.ProgramId == programs.FromUplink.Id;
            to |= !filter.IsIngress && filter.ProgramId == programs.ToUplink.Id;
        }

        return from && to ? "clsact" : "";
    }

    private static void Delete(Node node, int ifIndex, FilterInfo filter)
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

    private static string Name(Node node, int ifIndex) => node.Rtnl.FindLink(ifIndex)?.Name ?? ifIndex.ToString(CultureInfo.InvariantCulture);
}
