using Dataplane.Abi;
using Dataplane.Interop;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>The root qdisc of a device that a limit is kept at: the host end of the veth, or the container's own device.</summary>
internal static class LimitQueue
{
    // Packets. With departure times the clock says how much may wait, see LimitRow.Horizon; fq must not say less.
    private static readonly FqSpec s_fq = new(10_000, 10_000);

    /// <summary>Gives a device fq.</summary>
    /// <returns>False: the kernel has none.</returns>
    /// <exception cref="NodeException">It could not be made.</exception>
    public static bool TryFq(RtnlSocket rtnl, int ifIndex, string device)
    {
        RtnlBatch batch = rtnl.Batch();
        batch.ReplaceFq(ifIndex, s_fq);
        try
        {
            rtnl.Send(batch);
            return true;
        }
        catch (NetlinkException e) when (e.Errno == Errno.ENOENT)
        {
            return false;
        }
        catch (NetlinkException e)
        {
            throw Failed(device, e);
        }
    }

    /// <summary>Gives a device what an engine needs. What is there of the same kind changes and keeps what waits in it.</summary>
    /// <exception cref="NodeException">It could not be made.</exception>
    public static void Install(RtnlSocket rtnl, int ifIndex, string device, Shaper shaper, BandwidthLimit limit, int mtu, bool bySubnet)
    {
        bool change = shaper == Shaper.Tbf && bySubnet && rtnl.FindRootQdisc(ifIndex)?.Htb is not null;
        RtnlBatch batch = rtnl.Batch();
        if (shaper == Shaper.Edt)
        {
            batch.ReplaceFq(ifIndex, s_fq);
        }
        else if (!bySubnet)
        {
            batch.ReplaceTbf(ifIndex, LimitMath.Tbf(limit, mtu));
        }
        else if (change)
        {
            batch.ChangeHtb(ifIndex, LimitMath.Htb(limit, mtu));
        }
        else
        {
            batch.ReplaceHtb(ifIndex, LimitMath.Htb(limit, mtu));
        }

        try
        {
            rtnl.Send(batch);
        }
        catch (NetlinkException e)
        {
            throw shaper == Shaper.Edt && e.Errno == Errno.ENOENT ? Shapers.Missing(e) : Failed(device, e);
        }
    }

    /// <summary>Takes it away; a qdisc of another kind, or of the kernel, stays.</summary>
    public static void Remove(RtnlSocket rtnl, int ifIndex)
    {
        if (rtnl.FindRootQdisc(ifIndex) is not { Handle: not 0 } root || !IsOurs(root))
        {
            return;
        }

        RtnlBatch batch = rtnl.Batch();
        batch.DeleteRootQdisc(ifIndex);
        try
        {
            rtnl.Send(batch);
        }
        catch (NetlinkException e) when (e.Errno is Errno.ENODEV or Errno.ENOENT or Errno.EINVAL)
        {
            // The device went away at the same moment.
        }
    }

    /// <summary>Takes it from the host end of a veth, unless the device has become another container's.</summary>
    public static void RemoveFromHost(Node node, int ifIndex, uint generation)
    {
        if (node.TryPinned() is { } programs && programs.Endpoints.TryLookup((uint)ifIndex, out Endpoint row) && row.Generation != generation)
        {
            return;
        }

        Remove(node.Rtnl, ifIndex);
    }

    /// <summary>Throws unless a device has what an engine needs, with the parameters that it set.</summary>
    /// <exception cref="NodeException">What is not as it was.</exception>
    public static void Verify(RtnlSocket rtnl, int ifIndex, string device, Shaper shaper, BandwidthLimit limit, int mtu, bool bySubnet)
    {
        QdiscInfo? root = rtnl.FindRootQdisc(ifIndex);
        string kind = shaper == Shaper.Edt ? "fq" : bySubnet ? "htb" : "tbf";
        if (root?.Kind != kind)
        {
            throw new NodeException(
                $"{device} has {(root is null ? "no qdisc" : $"the qdisc {root.Kind}")} where {kind} keeps the limit; detach and attach the container again");
        }

        bool asSet = kind switch
        {
            "fq" => root.Fq == s_fq,
            "htb" => root.Htb is { } htb && LimitMath.Htb(limit, mtu).IsAbout(htb),
            _ => root.Tbf is { } tbf && LimitMath.Tbf(limit, mtu).IsAbout(tbf),
        };
        if (!asSet)
        {
            throw new NodeException($"the qdisc {kind} of {device} is not as the limit has it; detach and attach the container again");
        }
    }

    // A bfifo that takes everything is what makes room for an htb: an ADD that ended there has left it.
    private static bool IsOurs(QdiscInfo root) => root.Kind is "tbf" or "htb" or "fq" || (root.Kind == "bfifo" && root.FifoLimit == uint.MaxValue);

    private static NodeException Failed(string device, NetlinkException e) => new(
        e.Errno == Errno.ENOENT
            ? $"{device} cannot be limited: this kernel lacks a qdisc; load sch_tbf and sch_htb (CONFIG_NET_SCH_TBF, CONFIG_NET_SCH_HTB)"
            : $"{device} cannot be limited: {Kernel.Reason(e)}",
        e);
}
