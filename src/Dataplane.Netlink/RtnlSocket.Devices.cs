using Dataplane.Interop;
using static Dataplane.Netlink.RtnlConstants;
using static Dataplane.Netlink.RtnlMessages;

namespace Dataplane.Netlink;

// What this kernel can make.
public sealed unsafe partial class RtnlSocket
{
    /// <summary>The device of a name, which may be one of its alternative ones: these are longer.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The device, or null: there is none.</returns>
    /// <exception cref="NetlinkException">The kernel refuses.</exception>
    public LinkInfo? FindLinkByAnyName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        // The kernel looks a short one up among both.
        if (name.Length is <= 15 or > 127)
        {
            return FindLink(name);
        }

        NetlinkWriter request = BeginRequest(RTM_GETLINK, 0, default(ifinfomsg));
        request.Attribute(IFLA_ALT_IFNAME, name);
        request.Attribute(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
        request.EndMessage();
        return Get("get link", name, ParseLink, [Errno.ENODEV]);
    }

    /// <summary>Whether the kernel has, or can load, a kind of device. Nothing is created.</summary>
    /// <param name="kind">"macvlan", "vlan", …</param>
    public bool SupportsKind(string kind)
    {
        ArgumentNullException.ThrowIfNull(kind);
        try
        {
            Send(Batch().ProbeKind(kind));
            return true;
        }
        catch (NetlinkException e)
        {
            return e.Errno != Errno.EOPNOTSUPP;
        }
    }
}
