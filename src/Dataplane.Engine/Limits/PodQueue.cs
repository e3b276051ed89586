using Dataplane.Abi;
using Dataplane.Bpf;
using Dataplane.Interop;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>
/// The container's own device, where what it sends is queued: there its sockets wait instead of losing packets. The program "pod_limit"
/// is there only when it has something to decide: when packets leave, or which ones are limited.
/// </summary>
internal sealed class PodQueue : IDisposable
{
    private const ushort Priority = 1;
    private const uint Handle = 1;
    private const string Program = "dp_pod_limit";
    private readonly NetworkNamespace _pod;

    private PodQueue(NetworkNamespace pod, RtnlSocket rtnl, ulong cookie, LinkInfo link)
    {
        _pod = pod;
        Rtnl = rtnl;
        Cookie = cookie;
        Link = link;
    }

    /// <summary>A netlink socket of the container's namespace.</summary>
    public RtnlSocket Rtnl { get; }

    /// <summary>Cookie of the container's namespace.</summary>
    public ulong Cookie { get; }

    /// <summary>The device.</summary>
    public LinkInfo Link { get; }

    /// <summary>The key of its row of the map "limit_pods".</summary>
    public LimitPodKey Key => new() { NetnsCookie = Cookie, Ifindex = (uint)Link.Index };

    /// <summary>Opens it; nothing is changed.</summary>
    /// <exception cref="NodeException">There is no such device, or it does not lead to <paramref name="hostIndex"/>.</exception>
    public static PodQueue Open(string netnsPath, string ifName, int hostIndex)
    {
        NetworkNamespace pod = PodNamespace.Open(netnsPath);
        PodQueue? opened = null;
        try
        {
            opened = OpenIn(pod, ifName) ?? throw new NodeException($"the container has no interface \"{ifName}\": the main plugin before this one makes it");
            return opened.Link.PeerIndex == hostIndex
                ? opened
                : throw new NodeException($"\"{ifName}\" in the container is not the veth that its main plugin made; detach and attach the container again");
        }
        catch
        {
            opened?.Dispose();
            pod.Dispose();
            throw;
        }
    }

    /// <summary>Attaches the program.</summary>
    /// <exception cref="NodeException">Somebody else's filter is in its place, or the kernel refuses.</exception>
    public void Attach(NodePrograms programs)
    {
        foreach (FilterInfo filter in Rtnl.DumpFilters(Link.Index))
        {
            if (!filter.IsIngress && filter.Priority == Priority && filter.Handle == Handle && filter.Name != Program)
            {
                throw new NodeException(
                    $"{Link.Name} in the container has a filter \"{filter.Name}\" at priority {Priority}, where the node's program goes; move it to a higher priority");
            }
        }

        RtnlBatch batch = Rtnl.Batch();
        batch.AddClsact(Link.Index);
        batch.ReplaceBpfFilter(Link.Index, ingress: false, Priority, Handle, programs.PodLimit.Fd, Program);
        try
        {
            Rtnl.Send(batch);
        }
        catch (NetlinkException e)
        {
            throw new NodeException($"failed to attach the node's program to \"{Link.Name}\" in the container: {Kernel.Reason(e)}", e);
        }
    }

    /// <summary>Takes queue and program away, and the clsact when nobody else has a filter there.</summary>
    public void Clear()
    {
        LimitQueue.Remove(Rtnl, Link.Index);
        List<FilterInfo> filters = Rtnl.DumpFilters(Link.Index);
        if (filters.TrueForAll(static filter => filter.Name != Program))
        {
            return;
        }

        RtnlBatch batch = Rtnl.Batch();
        if (filters.Count == 1)
        {
            batch.DeleteIngressQdisc(Link.Index);
        }
        else
        {
            batch.DeleteFilter(Link.Index, ingress: false, Priority, Handle);
        }

        try
        {
            Rtnl.Send(batch);
        }
        catch (NetlinkException e) when (e.Errno is Errno.ENODEV or Errno.ENOENT or Errno.EINVAL)
        {
            // The device went away at the same moment.
        }
    }

    /// <summary>Throws unless the program is attached, and is this node's.</summary>
    /// <exception cref="NodeException">It is not.</exception>
    public void VerifyProgram(NodePrograms programs)
    {
        uint id = programs.PodLimit.Id;
        if (!Rtnl.DumpFilters(Link.Index).Exists(filter => !filter.IsIngress && filter.Priority == Priority && filter.ProgramId == id))
        {
            throw new NodeException($"{Link.Name} in the container does not run the node's program {Program}; detach and attach the container again");
        }
    }

    /// <summary>Undoes a step: its row, and what is still there of queue and program.</summary>
    public static void Remove(Node node, AttachmentRecord record, AttachmentStep step)
    {
        using PodQueue? pod = TryOpen(record, step);
        pod?.Clear();
        if (node.TryPinned() is { } programs)
        {
            new LimitTable(programs, node.Run).RemovePod(new LimitPodKey { NetnsCookie = step.Cookie, Ifindex = (uint)step.Index }, step.Generation);
        }
    }

    /// <summary>Gives containers that have the program the one of this build.</summary>
    public static void ReplaceAll(Node node, NodePrograms programs)
    {
        foreach (AttachmentRecord record in (List<AttachmentRecord>)[.. Attachments.List(node.Run.Bandwidths), .. Attachments.List(node.Run)])
        {
            if (record.Find(StepKind.PodQueue) is not { } step)
            {
                continue;
            }

            try
            {
                using PodQueue? pod = TryOpen(record, step);
                if (pod is not null && pod.Rtnl.DumpFilters(step.Index).Exists(static filter => filter.Name == Program))
                {
                    pod.Attach(programs);
                }
            }
            catch (Exception e) when (e is NodeException or NetlinkException or LinuxException)
            {
                // The container is going away: there is nothing to attach to.
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Rtnl.Dispose();
        _pod.Dispose();
    }

    // The path may lead to another container's namespace by now, or nowhere.
    private static PodQueue? TryOpen(AttachmentRecord record, AttachmentStep step)
    {
        if (PodNamespace.TryOpen(record.NetnsPath) is not { } pod)
        {
            return null;
        }

        PodQueue? opened = null;
        try
        {
            opened = OpenIn(pod, record.Id.IfName);
        }
        finally
        {
            if (opened is null)
            {
                pod.Dispose();
            }
        }

        if (opened is not null && opened.Cookie == step.Cookie && opened.Link.Index == step.Index)
        {
            return opened;
        }

        opened?.Dispose();
        return null;
    }

    private static PodQueue? OpenIn(NetworkNamespace pod, string ifName)
    {
        ulong cookie;
        RtnlSocket rtnl;
        using (pod.Enter())
        {
            cookie = NetworkNamespace.CurrentCookie();
            rtnl = RtnlSocket.Open();
        }

        if (rtnl.FindLink(ifName) is { } link)
        {
            return new PodQueue(pod, rtnl, cookie, link);
        }

        rtnl.Dispose();
        return null;
    }
}
