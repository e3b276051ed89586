using Dataplane.Interop;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>
/// A container's interface in a VRF of its namespace. The namespace itself says what was done, so there is no record beside it: DEL undoes an ADD that was killed
/// at any point, and all goes with the namespace.
/// </summary>
public static class Vrf
{
    /// <summary>Puts the interface into the VRF, which is made when it is missing; or leaves everything as it was.</summary>
    /// <param name="netnsPath">CNI_NETNS.</param>
    /// <param name="ifName">The interface.</param>
    /// <param name="name">The VRF.</param>
    /// <param name="table">The VRF's table; 0: any.</param>
    /// <exception cref="NodeException">It could not be done, in the reference's words.</exception>
    public static void Add(string netnsPath, string ifName, string name, uint table)
    {
        using NetworkNamespace pod = PodNamespace.Open(netnsPath);
        pod.Lock();
        using RtnlSocket rtnl = RtnlSocket.Open(pod);
        LinkInfo vrf = VrfDevice.Ensure(rtnl, name, table);
        try
        {
            LinkInfo link = rtnl.FindLink(ifName) ?? throw new NodeException($"could not get link by name {ifName}");
            if (link.MasterIndex != 0)
            {
                throw new NodeException($"interface {ifName} has already a master set: {rtnl.FindLink(link.MasterIndex)?.Name}");
            }

            Interruption.ThrowIfRequested();
            try
            {
                VrfMember.Move(rtnl, link, vrf.Index, LinkRoutes.Main, vrf.VrfTable);
            }
            catch
            {
                TakeOut(rtnl, link.Name, vrf);
                throw;
            }
        }
        catch
        {
            VrfDevice.RemoveUnused(rtnl, vrf);
            throw;
        }
    }

    /// <summary>Takes the interface out of the VRF, and removes a VRF that has none any more. Nothing to remove is success.</summary>
    /// <param name="netnsPath">CNI_NETNS; may be empty or lead nowhere.</param>
    /// <param name="ifName">The interface; may be gone.</param>
    /// <param name="name">The VRF.</param>
    public static void Remove(string netnsPath, string ifName, string name)
    {
        using NetworkNamespace? pod = PodNamespace.TryOpen(netnsPath);
        if (pod is null)
        {
            return;
        }

        pod.Lock();
        using RtnlSocket rtnl = RtnlSocket.Open(pod);
        if (VrfDevice.Find(rtnl, name) is { } vrf)
        {
            TakeOut(rtnl, ifName, vrf);
            VrfDevice.RemoveUnused(rtnl, vrf);
        }
    }

    /// <summary>Throws unless the interface is in the VRF.</summary>
    /// <param name="netnsPath">CNI_NETNS.</param>
    /// <param name="ifName">The interface.</param>
    /// <param name="name">The VRF.</param>
    /// <param name="table">The VRF's table; 0: any.</param>
    /// <exception cref="NodeException">It is not.</exception>
    public static void Check(string netnsPath, string ifName, string name, uint table)
    {
        using NetworkNamespace pod = PodNamespace.Open(netnsPath);
        using RtnlSocket rtnl = RtnlSocket.Open(pod);
        LinkInfo vrf = VrfDevice.Find(rtnl, name) ?? throw new NodeException("Link not found");
        if (rtnl.FindLink(ifName) is not { } link || link.MasterIndex != vrf.Index)
        {
            throw new NodeException($"Failed to find {ifName} associated to vrf {name}");
        }

        if (table != 0 && vrf.VrfTable != table)
        {
            throw new NodeException($"VRF {name} already exist with different routing table {vrf.VrfTable}");
        }
    }

    /// <summary>Throws unless the kernel has such devices: one is made in a namespace of its own.</summary>
    /// <exception cref="NodeException">It has none.</exception>
    public static void VerifyKernel()
    {
        using NetworkNamespace.Scope away = NetworkNamespace.EnterNew();
        using RtnlSocket rtnl = RtnlSocket.Open();
        _ = VrfDevice.Ensure(rtnl, "probe", 1);
    }

    private static void TakeOut(RtnlSocket rtnl, string ifName, LinkInfo vrf)
    {
        if (rtnl.FindLink(ifName) is { } link && link.MasterIndex == vrf.Index)
        {
            VrfMember.Move(rtnl, link, 0, vrf.VrfTable, LinkRoutes.Main);
        }
    }
}
