using Dataplane.Interop;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>The VRF device of a container's namespace, which its interfaces share.</summary>
internal static class VrfDevice
{
    private const string Kind = "vrf";

    // RT_TABLE_COMPAT, _DEFAULT, _MAIN, _LOCAL: the reference would give one of these to the 252nd VRF, and the namespace's own routes with it.
    private const uint FirstReserved = 252;
    private const uint LastReserved = 255;

    /// <summary>The VRF of a name.</summary>
    /// <param name="rtnl">The namespace's socket.</param>
    /// <param name="name">The name.</param>
    /// <returns>Null when nothing has that name.</returns>
    /// <exception cref="NodeException">"Netlink x is not a VRF".</exception>
    public static LinkInfo? Find(RtnlSocket rtnl, string name) =>
        rtnl.FindLink(name) is not { } link ? null : link.Kind == Kind ? link : throw new NodeException($"Netlink {name} is not a VRF");

    /// <summary>The VRF of a name, which is made when it is missing.</summary>
    /// <param name="rtnl">The namespace's socket.</param>
    /// <param name="name">The name.</param>
    /// <param name="table">Its table; 0: any.</param>
    /// <exception cref="NodeException">There is one with another table, or it could not be made.</exception>
    public static LinkInfo Ensure(RtnlSocket rtnl, string name, uint table)
    {
        if (Find(rtnl, name) is { } found)
        {
            return table == 0 || found.VrfTable == table
                ? found
                : throw new NodeException($"VRF {name} already exist with different routing table {found.VrfTable}");
        }

        try
        {
            rtnl.Send(rtnl.Batch().CreateVrf(name, table != 0 ? table : FreeTable(rtnl.DumpLinks())));
        }
        catch (NetlinkException e)
        {
            throw new NodeException($"could not add VRF {name}: {(e.Errno == Errno.EOPNOTSUPP ? "the kernel has no VRF devices (CONFIG_NET_VRF)" : Kernel.Reason(e))}", e);
        }

        return Find(rtnl, name) ?? throw new NodeException($"could not add VRF {name}: it is gone again");
    }

    /// <summary>Removes it when no device is in it any more.</summary>
    /// <param name="rtnl">The namespace's socket.</param>
    /// <param name="vrf">The VRF.</param>
    public static void RemoveUnused(RtnlSocket rtnl, LinkInfo vrf)
    {
        if (!rtnl.DumpLinks().Exists(link => link.MasterIndex == vrf.Index))
        {
            rtnl.Send(rtnl.Batch().DeleteLink(vrf.Index));
        }
    }

    /// <summary>The lowest table that no VRF has.</summary>
    /// <param name="links">The namespace's devices.</param>
    public static uint FreeTable(List<LinkInfo> links)
    {
        HashSet<uint> taken = [];
        foreach (LinkInfo link in links)
        {
            if (link.Kind == Kind)
            {
                taken.Add(link.VrfTable);
            }
        }

        uint table = 1;
        while (taken.Contains(table) || table is >= FirstReserved and <= LastReserved)
        {
            table++;
        }

        return table;
    }
}
