using Dataplane.Interop;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>
/// The way back of a device of the host. It is known by its alias, which is its name on the host: inside the container it may have got
/// any name, and when the namespace ended the kernel gave it back under one of its own choice.
/// </summary>
internal static class MovedDevice
{
    /// <summary>Whether a record's device is still in its container.</summary>
    public static bool Exists(AttachmentRecord record)
    {
        if (record.Find(StepKind.Moved) is not { } step)
        {
            return false;
        }

        using RtnlSocket? pod = PodDevice.TryOpen(record, step.Cookie);
        return pod is not null && Find(pod, step.Name) is not null;
    }

    /// <summary>Moves a record's device back; where an ADD did not come to its end, it is up again if it was.</summary>
    /// <exception cref="NodeException">It could not be moved; it is still in the container.</exception>
    public static void GiveBack(Node node, AttachmentRecord record, AttachmentStep step)
    {
        using RtnlSocket? pod = PodDevice.TryOpen(record, step.Cookie);
        if (pod is not null && Find(pod, step.Name) is { } inside)
        {
            GiveBack(node, pod, inside, step.Name);
        }
        else if (Find(node.Rtnl, step.Name) is { } outside)
        {
            Restore(node, outside, step.Name);
        }
        else
        {
            return;
        }

        if (step.IsUp && !record.IsComplete && node.Rtnl.FindLink(step.Name) is { } link)
        {
            node.Rtnl.Send(node.Rtnl.Batch().SetLinkUp(link.Index));
        }
    }

    /// <summary>Moves back what a container has without a record: made by the reference plugin, or before /run was emptied. Nothing there is success.</summary>
    /// <exception cref="NodeException">The interface is no device of the host, or could not be moved.</exception>
    public static void GiveBackUnrecorded(Node node, string netnsPath, string ifName)
    {
        using NetworkNamespace? ns = PodNamespace.TryOpen(netnsPath);
        if (ns is null)
        {
            return;
        }

        using RtnlSocket pod = RtnlSocket.Open(ns);
        if (pod.FindLink(ifName) is not { } link)
        {
            return;
        }

        if (link.Alias.Length == 0)
        {
            throw new NodeException($"failed to find original ifname for \"{ifName}\" (alias is not set)");
        }

        GiveBack(node, pod, link, link.Alias);
    }

    private static LinkInfo? Find(RtnlSocket rtnl, string hostName) => rtnl.DumpLinks().Find(link => link.Alias == hostName);

    private static void GiveBack(Node node, RtnlSocket pod, LinkInfo link, string hostName)
    {
        if (node.Rtnl.FindLink(hostName) is not null)
        {
            throw new NodeException($"failed to move \"{link.Name}\" to host netns: the host has a device \"{hostName}\" by now: file exists");
        }

        try
        {
            pod.Send(pod.Batch().SetLinkDown(link.Index));
            if (link.Name != hostName && pod.FindLink(hostName) is null)
            {
                // Before it is seen on the host: what watches there (udev) may know the container's name as another device's.
                pod.Send(pod.Batch().SetName(link.Index, hostName));
            }

            pod.Send(pod.Batch().MoveLink(link.Index, node.HostNamespace.Handle, hostName));
        }
        catch (NetlinkException e)
        {
            Keep(pod, link);
            throw new NodeException($"failed to move \"{link.Name}\" to host netns: {Kernel.Reason(e)}", e);
        }

        if (node.Rtnl.FindLink(hostName) is { } back)
        {
            node.Rtnl.Send(node.Rtnl.Batch().SetAlias(back.Index, ""));
        }
    }

    // It goes on working in the container, and DEL can be tried again.
    private static void Keep(RtnlSocket pod, LinkInfo link)
    {
        try
        {
            RtnlBatch batch = pod.Batch().SetName(link.Index, link.Name);
            pod.Send(link.IsUp ? batch.SetLinkUp(link.Index) : batch);
        }
        catch (NetlinkException)
        {
            // The first failure is the one to report.
        }
    }

    private static void Restore(Node node, LinkInfo link, string hostName)
    {
        try
        {
            if (link.Name != hostName)
            {
                node.Rtnl.Send(node.Rtnl.Batch().SetLinkDown(link.Index));
                node.Rtnl.Send(node.Rtnl.Batch().SetName(link.Index, hostName));
            }

            node.Rtnl.Send(node.Rtnl.Batch().SetAlias(link.Index, ""));
        }
        catch (NetlinkException e) when (e.Errno != Errno.ENODEV)
        {
            throw new NodeException($"failed to restore \"{link.Name}\" to original name \"{hostName}\": {Kernel.Reason(e)}", e);
        }
    }
}
