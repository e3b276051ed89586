using Dataplane.Interop;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>The container's end of an attachment that has no record: made by the reference plugins, or before /run was emptied.</summary>
internal static class ContainerLink
{
    /// <summary>Deletes the link; nothing there is success.</summary>
    public static void Delete(string netnsPath, string ifName, ILog log)
    {
        using NetworkNamespace? pod = PodNamespace.TryOpen(netnsPath);
        if (pod is null)
        {
            log.Debug($"netns \"{netnsPath}\" is no namespace: no link to delete");
            return;
        }

        using RtnlSocket rtnl = RtnlSocket.Open(pod);
        if (rtnl.FindLink(ifName) is not { } link)
        {
            return;
        }

        RtnlBatch batch = rtnl.Batch();
        batch.DeleteLink(link.Index);
        try
        {
            rtnl.Send(batch);
        }
        catch (NetlinkException e) when (e.Errno == Errno.ENODEV)
        {
            // Somebody else deleted it meanwhile.
        }
        catch (NetlinkException e)
        {
            throw new NodeException($"failed to delete \"{ifName}\": {Kernel.Reason(e)}", e);
        }
    }
}
