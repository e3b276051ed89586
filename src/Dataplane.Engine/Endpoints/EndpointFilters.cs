using Dataplane.Abi;
using Dataplane.Bpf;
using Dataplane.Interop;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>
/// The two filters of a container, both on the host end of its veth: ingress is what the container sends, egress what it gets.
/// They are addressed by priority and handle, so replacing one never leaves two.
/// </summary>
internal static class EndpointFilters
{
    private const ushort Priority = 1;
    private const uint Handle = 1;
    private const string FromPod = "dp_from_pod";
    private const string ToPod = "dp_to_pod";

    /// <summary>Adds the requests that attach both.</summary>
    public static void Attach(RtnlBatch batch, int ifIndex, NodePrograms programs)
    {
        batch.AddClsact(ifIndex);
        Replace(batch, ifIndex, programs);
    }

    /// <summary>Gives every attached container the programs of this build: the ones of the build before it kept working until now.</summary>
    public static void ReplaceAll(RtnlSocket rtnl, NodePrograms programs)
    {
        foreach ((uint ifIndex, Endpoint _) in programs.Endpoints.Entries())
        {
            RtnlBatch batch = rtnl.Batch();
            Attach(batch, (int)ifIndex, programs);
            try
            {
                rtnl.Send(batch);
            }
            catch (NetlinkException)
            {
                // The device is gone, its row is waiting for DEL or GC: there is nothing to attach to.
            }
        }
    }

    /// <summary>Throws unless both filters are there and run this node's programs.</summary>
    public static void Verify(RtnlSocket rtnl, int ifIndex, string ifName, NodePrograms programs)
    {
        bool from = false, to = false;
        foreach (FilterInfo filter in rtnl.DumpFilters(ifIndex))
        {
            from |= filter.IsIngress && filter.Priority == Priority && filter.ProgramId == programs.FromPod.Id;
            to |= !filter.IsIngress && filter.Priority == Priority && filter.ProgramId == programs.ToPod.Id;
        }

        if (!from || !to)
        {
            throw new NodeException($"{ifName} does not run the node's program {(from ? ToPod : FromPod)}; detach and attach the container again");
        }
    }

    /// <summary>Throws when others have a filter in the place of one of ours.</summary>
    public static void RequireUnused(RtnlSocket rtnl, int ifIndex, string ifName)
    {
        foreach (FilterInfo filter in rtnl.DumpFilters(ifIndex))
        {
            if (filter.Priority == Priority && filter.Handle == Handle && !IsOurs(filter))
            {
                throw new NodeException(
                    $"{ifName} has a filter \"{filter.Name}\" at priority {Priority}, where the node's programs go; move it to a higher priority");
            }
        }
    }

    /// <summary>Takes both away, and nobody else's; a device that is gone has none.</summary>
    public static void Detach(RtnlSocket rtnl, int ifIndex)
    {
        RtnlBatch? batch = null;
        foreach (FilterInfo filter in rtnl.DumpFilters(ifIndex))
        {
            if (filter.Priority == Priority && filter.Handle == Handle && IsOurs(filter))
            {
                batch ??= rtnl.Batch();
                batch.DeleteFilter(ifIndex, filter.IsIngress, Priority, Handle);
            }
        }

        try
        {
            if (batch is not null)
            {
                rtnl.Send(batch);
            }
        }
        catch (NetlinkException e) when (e.Errno is Errno.ENODEV or Errno.ENOENT or Errno.EINVAL)
        {
            // The device went away at the same moment.
        }
    }

    /// <summary>Whether one of the two is on a device.</summary>
    public static bool AreOn(RtnlSocket rtnl, int ifIndex)
    {
        foreach (FilterInfo filter in rtnl.DumpFilters(ifIndex))
        {
            if (IsOurs(filter))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsOurs(FilterInfo filter) => filter.Name is FromPod or ToPod;

    private static void Replace(RtnlBatch batch, int ifIndex, NodePrograms programs)
    {
        batch.ReplaceBpfFilter(ifIndex, ingress: true, Priority, Handle, programs.FromPod.Fd, FromPod);
        batch.ReplaceBpfFilter(ifIndex, ingress: false, Priority, Handle, programs.ToPod.Fd, ToPod);
    }
}
