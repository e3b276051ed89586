using System.Net.Sockets;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>A container's namespace while an interface without a host end is made in it.</summary>
internal sealed class PodSide : IDisposable
{
    private PodSide(NetworkNamespace ns, RtnlSocket rtnl, ulong cookie)
    {
        Namespace = ns;
        Rtnl = rtnl;
        Cookie = cookie;
    }

    /// <summary>The namespace.</summary>
    public NetworkNamespace Namespace { get; }

    /// <summary>A netlink socket of it.</summary>
    public RtnlSocket Rtnl { get; }

    /// <summary>Its cookie, by which records know it.</summary>
    public ulong Cookie { get; }

    /// <summary>Opens it.</summary>
    /// <exception cref="NodeException">"failed to open netns …".</exception>
    public static PodSide Open(string netnsPath)
    {
        NetworkNamespace ns = PodNamespace.Open(netnsPath);
        try
        {
            using NetworkNamespace.Scope inside = ns.Enter();
            return new PodSide(ns, RtnlSocket.Open(), NetworkNamespace.CurrentCookie());
        }
        catch
        {
            ns.Dispose();
            throw;
        }
    }

    /// <summary>Gives an interface its addresses, brings it up, adds its routes and announces it.</summary>
    /// <param name="link">The interface.</param>
    /// <param name="plan">What IPAM decided; without addresses it only comes up.</param>
    /// <param name="announces">The kernel announces the addresses whenever the link comes up; so do we now.</param>
    /// <param name="detectDuplicates">IPv6 addresses are looked for on the link before they are used.</param>
    /// <exception cref="NodeException">A request failed.</exception>
    public void Configure(LinkInfo link, AddressPlan plan, bool announces, bool detectDuplicates)
    {
        Interruption.ThrowIfRequested();
        UnsolicitedAdvertisement? advertisement = Prepare(link, plan, announces);
        using (advertisement)
        {
            RtnlBatch batch = Rtnl.Batch();
            List<Func<string>> errors = [];
            ContainerInterface.Configure(batch, errors, link.Index, link.Name, plan, detectDuplicates);
            ContainerInterface.Send(Rtnl, batch, errors);
            if (detectDuplicates && plan.Has(AddressFamily.InterNetworkV6))
            {
                DuplicateDetection.Await(Rtnl, link.Index, link.Name);
            }

            if (announces)
            {
                Announcement.Send(Rtnl, link.Index, link.Mac, plan, advertisement);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Rtnl.Dispose();
        Namespace.Dispose();
    }

    // What is below /proc/sys/net is the thread's own namespace's.
    private UnsolicitedAdvertisement? Prepare(LinkInfo link, AddressPlan plan, bool announces)
    {
        if (plan.Addresses.Count == 0)
        {
            return null;
        }

        using NetworkNamespace.Scope inside = Namespace.Enter();
        if (announces)
        {
            ContainerInterface.TrySysctl("1", "net", "ipv4", "conf", link.Name, "arp_notify");
            ContainerInterface.TrySysctl("1", "net", "ipv6", "conf", link.Name, "ndisc_notify");
        }

        if (plan.Has(AddressFamily.InterNetworkV6))
        {
            ContainerInterface.PrepareIPv6(link.Name);
        }

        return announces ? UnsolicitedAdvertisement.TryOpen(plan) : null;
    }
}
