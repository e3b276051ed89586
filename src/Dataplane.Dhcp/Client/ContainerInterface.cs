using Dataplane.Interop;
using Dataplane.Netlink;

namespace Dataplane.Dhcp;

/// <summary>
/// An interface of a container, and how to find it again: not by its name alone, which another container's has as well once the path of the namespace
/// leads somewhere else. Nothing of it is held open, so that a container whose DEL never came can end.
/// </summary>
/// <param name="NetnsPath">The namespace's path.</param>
/// <param name="NetnsInode">Its inode.</param>
/// <param name="NetnsCookie">Its cookie: never given twice in a boot.</param>
/// <param name="Name">The interface's name.</param>
/// <param name="Index">Its index.</param>
/// <param name="Mac">Its hardware address when the lease was got.</param>
/// <param name="IsShared">Others have the same hardware address (ipvlan): answers have to be broadcast.</param>
internal sealed record ContainerInterface(string NetnsPath, ulong NetnsInode, ulong NetnsCookie, string Name, int Index, MacAddress Mac, bool IsShared)
{
    /// <summary>Looks an interface up, sets it up when it is down, and opens a channel.</summary>
    /// <param name="netnsPath">The namespace's path.</param>
    /// <param name="name">The interface's name.</param>
    /// <param name="channel">The channel.</param>
    /// <exception cref="DhcpException">There is none, or it cannot be used.</exception>
    public static ContainerInterface Open(string netnsPath, string name, out DhcpChannel channel)
    {
        try
        {
            using NetworkNamespace ns = NetworkNamespace.Open(netnsPath);
            using NetworkNamespace.Scope inside = ns.Enter();
            using RtnlSocket rtnl = RtnlSocket.Open();
            LinkInfo link = rtnl.FindLink(name) ?? throw new DhcpException($"error looking up \"{name}\": Link not found");
            if (link.Mac.IsZero)
            {
                throw new DhcpException($"\"{name}\" has no Ethernet address to get a lease for");
            }

            if (!link.IsUp)
            {
                rtnl.Send(rtnl.Batch().SetLinkUp(link.Index));
            }

            var found = new ContainerInterface(
                netnsPath, FileIdentity.Of(ns.Handle).Inode, NetworkNamespace.CurrentCookie(), name, link.Index, link.Mac, link.Kind == "ipvlan");
            channel = DhcpChannel.Open(link.Index);
            return found;
        }
        catch (Exception e) when (e is LinuxException or NetlinkException or NotANamespaceException)
        {
            throw new DhcpException(Describe(e, netnsPath), e);
        }
    }

    /// <summary>Opens a channel to the same interface.</summary>
    /// <param name="mac">Its hardware address now: a plugin behind the first may have changed it.</param>
    /// <returns>Null: it is not there any more.</returns>
    /// <exception cref="LinuxException">It is not known whether it is.</exception>
    public DhcpChannel? TryOpen(out MacAddress mac)
    {
        MacAddress current = Mac;
        DhcpChannel? channel = Visit((_, link) =>
        {
            current = link.Mac;
            return DhcpChannel.Open(link.Index);
        });
        mac = current;
        return channel;
    }

    /// <summary>Whether the same interface is still there.</summary>
    /// <exception cref="LinuxException">It is not known.</exception>
    public bool Exists() => Visit(static (_, _) => "yes") is not null;

    /// <summary>Whether a path and its name lead to it.</summary>
    /// <param name="netnsPath">The path.</param>
    public bool IsAt(string netnsPath)
    {
        try
        {
            using NetworkNamespace ns = NetworkNamespace.Open(netnsPath);
            using NetworkNamespace.Scope inside = ns.Enter();
            using RtnlSocket rtnl = RtnlSocket.Open();
            return NetworkNamespace.CurrentCookie() == NetnsCookie && rtnl.FindLink(Name)?.Index == Index;
        }
        catch (Exception e) when (e is LinuxException or NotANamespaceException)
        {
            return false;
        }
    }

    /// <summary>Sets it down: its address belongs to somebody else.</summary>
    /// <returns>False: it is not there any more.</returns>
    /// <exception cref="LinuxException">It is not known.</exception>
    public bool SetDown() => Visit(static (rtnl, link) =>
    {
        rtnl.Send(rtnl.Batch().SetLinkDown(link.Index));
        return "done";
    }) is not null;

    /// <summary>Takes an address off it, if it has that.</summary>
    /// <param name="address">The address.</param>
    /// <param name="length">Bits of its network.</param>
    public void RemoveAddress(Ip4 address, int length) => _ = Visit((rtnl, link) =>
    {
        Span<byte> bytes = stackalloc byte[4];
        address.CopyTo(bytes);
        try
        {
            rtnl.Send(rtnl.Batch().DeleteAddress(link.Index, new System.Net.IPAddress(bytes), length));
        }
        catch (NetlinkException e) when (e.Errno == Errno.EADDRNOTAVAIL)
        {
            // Nobody had configured it, or somebody has taken it off.
        }

        return "done";
    });

    private T? Visit<T>(Func<RtnlSocket, LinkInfo, T> work)
        where T : class
    {
        try
        {
            using NetworkNamespace ns = NetworkNamespace.Open(NetnsPath);
            if (FileIdentity.Of(ns.Handle).Inode != NetnsInode)
            {
                return null;
            }

            using NetworkNamespace.Scope inside = ns.Enter();
            if (NetworkNamespace.CurrentCookie() != NetnsCookie)
            {
                return null;
            }

            using RtnlSocket rtnl = RtnlSocket.Open();
            return rtnl.FindLink(Index) is { } link ? work(rtnl, link) : null;
        }
        catch (NotANamespaceException)
        {
            return null;
        }
        catch (LinuxException e) when (e.Errno == Errno.ENOENT)
        {
            return null;
        }
        catch (LinuxException e) when (e.Errno is Errno.ENODEV or Errno.ENXIO)
        {
            return null;
        }
        catch (NetlinkException e)
        {
            return e.Errno == Errno.ENODEV ? null : throw new LinuxException("netlink", e.Request, e.Errno);
        }
    }

    // The reference's words for a namespace that is not there.
    private static string Describe(Exception e, string path) => e switch
    {
        LinuxException { Operation: "statfs" } statfs => $"failed to Statfs \"{path}\": {Errno.Text(statfs.Errno)}",
        _ => e.Message,
    };
}
