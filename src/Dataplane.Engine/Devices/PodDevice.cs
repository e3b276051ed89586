using Dataplane.Interop;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>A device that was made in a container, found again by its record.</summary>
internal static class PodDevice
{
    /// <summary>Whether a record's device is still where it was made.</summary>
    public static bool Exists(AttachmentRecord record)
    {
        if (record.Find(StepKind.Device) is not { } step)
        {
            return false;
        }

        using RtnlSocket? pod = TryOpen(record, step.Cookie);
        return pod is not null && Find(pod, record, step) is not null;
    }

    /// <summary>Deletes a record's device; nothing there is success.</summary>
    public static void Delete(AttachmentRecord record, AttachmentStep step)
    {
        using RtnlSocket? pod = TryOpen(record, step.Cookie);
        if (pod is null || Find(pod, record, step) is not { } link)
        {
            return;
        }

        try
        {
            pod.Send(pod.Batch().DeleteLink(link.Index));
        }
        catch (NetlinkException e) when (e.Errno == Errno.ENODEV)
        {
            // Its master went away at the same moment.
        }
    }

    /// <summary>A socket of the container's namespace; null when it is gone, or its path is another namespace's by now.</summary>
    public static RtnlSocket? TryOpen(AttachmentRecord record, ulong cookie)
    {
        using NetworkNamespace? pod = PodNamespace.TryOpen(record.NetnsPath);
        if (pod is null)
        {
            return null;
        }

        using NetworkNamespace.Scope inside = pod.Enter();
        return NetworkNamespace.CurrentCookie() == cookie ? RtnlSocket.Open() : null;
    }

    private static LinkInfo? Find(RtnlSocket pod, AttachmentRecord record, AttachmentStep step)
    {
        // Under the second one when the ADD was killed before it gave it the first.
        foreach (string name in (ReadOnlySpan<string>)[record.Id.IfName, InterfaceNames.Passing(record.Id)])
        {
            if (pod.FindLink(name) is { } link && link.Kind == step.Name && (step.Mac.Length == 0 || link.Mac.ToString() == step.Mac))
            {
                return link;
            }
        }

        return null;
    }
}
