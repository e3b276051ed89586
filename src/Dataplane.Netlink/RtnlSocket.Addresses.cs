using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Dataplane.Interop;
using static Dataplane.Netlink.RtnlConstants;
using static Dataplane.Netlink.RtnlMessages;

namespace Dataplane.Netlink;

// Addresses and neighbours.
public sealed unsafe partial class RtnlSocket
{
    /// <summary>Addresses.</summary>
    /// <param name="ifindex">Of this device; 0: of all.</param>
    /// <param name="family">Of this family; unspecified: both.</param>
    /// <returns>In the kernel's order.</returns>
    public List<AddressInfo> DumpAddresses(int ifindex = 0, AddressFamily family = AddressFamily.Unspecified)
    {
        BeginRequest(RTM_GETADDR, NLM_F_DUMP, new ifaddrmsg { ifa_family = Family(family), ifa_index = ifindex }).EndMessage();
        List<AddressInfo> all = Dump(RTM_NEWADDR, "dump addresses", ParseAddress);
        if (ifindex != 0)
        {
            // Without strict checking the kernel does not look at the index.
            all.RemoveAll(a => a.IfIndex != ifindex);
        }

        return all;
    }

    /// <summary>Neighbour entries.</summary>
    /// <param name="ifindex">Of this device; 0: of all.</param>
    /// <returns>Those with an IP address.</returns>
    public List<NeighbourInfo> DumpNeighbours(int ifindex = 0)
    {
        NetlinkWriter request = BeginRequest(RTM_GETNEIGH, NLM_F_DUMP, default(ndmsg));
        if (ifindex != 0)
        {
            request.Attribute(NDA_IFINDEX, ifindex);
        }

        request.EndMessage();
        List<NeighbourInfo> all = Dump(RTM_NEWNEIGH, "dump neighbours", ParseNeighbour);
        if (ifindex != 0)
        {
            all.RemoveAll(n => n.IfIndex != ifindex);
        }

        return all;
    }

    private static byte Family(AddressFamily family) => family switch
    {
        AddressFamily.InterNetwork => LibC.AF_INET,
        AddressFamily.InterNetworkV6 => LibC.AF_INET6,
        _ => 0,
    };

    private static AddressInfo? ParseAddress(ReadOnlySpan<byte> payload)
    {
        var header = MemoryMarshal.Read<ifaddrmsg>(payload);
        IPAddress? address = null, local = null;
        uint flags = header.ifa_flags;
        var attributes = new NetlinkAttributes(After<ifaddrmsg>(payload));
        while (attributes.Next())
        {
            switch (attributes.Type)
            {
                case IFA_ADDRESS:
                    address = new IPAddress(attributes.Payload);
                    break;
                case IFA_LOCAL:
                    local = new IPAddress(attributes.Payload);
                    break;
                case IFA_FLAGS:
                    flags = attributes.UInt32;
                    break;
            }
        }

        return (local ?? address) is { } found ? new AddressInfo(header.ifa_index, found, header.ifa_prefixlen, header.ifa_scope, flags) : null;
    }

    private static NeighbourInfo? ParseNeighbour(ReadOnlySpan<byte> payload)
    {
        var header = MemoryMarshal.Read<ndmsg>(payload);
        IPAddress? address = null;
        MacAddress mac = default;
        var attributes = new NetlinkAttributes(After<ndmsg>(payload));
        while (attributes.Next())
        {
            switch (attributes.Type)
            {
                case NDA_DST when attributes.Payload.Length is 4 or 16:
                    address = new IPAddress(attributes.Payload);
                    break;
                case NDA_LLADDR when attributes.Payload.Length == MacAddress.Length:
                    mac = new MacAddress(attributes.Payload);
                    break;
            }
        }

        return address is null ? null : new NeighbourInfo(header.ndm_ifindex, address, mac, header.ndm_state);
    }
}
