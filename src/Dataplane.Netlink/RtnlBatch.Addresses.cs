using System.Net;
using System.Net.Sockets;
using Dataplane.Interop;
using static Dataplane.Netlink.RtnlConstants;
using static Dataplane.Netlink.RtnlMessages;

namespace Dataplane.Netlink;

// Addresses and neighbours.
public sealed partial class RtnlBatch
{
    /// <summary>Adds an address to a device.</summary>
    /// <param name="ifindex">The device.</param>
    /// <param name="address">The address.</param>
    /// <param name="prefixLength">Bits of its subnet.</param>
    /// <param name="noDad">IPv6: usable at once, without duplicate address detection (IFA_F_NODAD).</param>
    /// <param name="replace">An equal one may exist.</param>
    /// <returns>This batch.</returns>
    public RtnlBatch AddAddress(int ifindex, IPAddress address, int prefixLength, bool noDad = false, bool replace = false)
    {
        var header = new ifaddrmsg { ifa_family = FamilyOf(address), ifa_prefixlen = (byte)prefixLength, ifa_index = ifindex };
        Begin("add address", string.Concat(address.ToString(), "/", Subject(prefixLength)), RTM_NEWADDR, (ushort)(NLM_F_CREATE | (replace ? NLM_F_REPLACE : NLM_F_EXCL)), header);
        _writer.Attribute(IFA_LOCAL, address);
        _writer.Attribute(IFA_ADDRESS, address);
        if (noDad)
        {
            _writer.Attribute(IFA_FLAGS, IFA_F_NODAD);
        }

        // As ip(8) does not and the reference does: the subnet's broadcast address, where it has one.
        if (address.AddressFamily == AddressFamily.InterNetwork && prefixLength < 31)
        {
            Span<byte> bytes = stackalloc byte[4];
            address.TryWriteBytes(bytes, out _);
            for (int bit = prefixLength; bit < 32; bit++)
            {
                bytes[bit / 8] |= (byte)(0x80 >> (bit % 8));
            }

            _writer.Attribute(IFA_BROADCAST, bytes);
        }

        return End();
    }

    /// <summary>Deletes an address.</summary>
    /// <param name="ifindex">The device.</param>
    /// <param name="address">The address.</param>
    /// <param name="prefixLength">Bits of its subnet.</param>
    /// <returns>This batch.</returns>
    public RtnlBatch DeleteAddress(int ifindex, IPAddress address, int prefixLength)
    {
        var header = new ifaddrmsg { ifa_family = FamilyOf(address), ifa_prefixlen = (byte)prefixLength, ifa_index = ifindex };
        Begin("delete address", string.Concat(address.ToString(), "/", Subject(prefixLength)), RTM_DELADDR, 0, header);
        _writer.Attribute(IFA_LOCAL, address);
        return End();
    }

    /// <summary>Sets a neighbour entry, whatever it was.</summary>
    /// <param name="ifindex">The device.</param>
    /// <param name="address">The neighbour.</param>
    /// <param name="mac">Its link-layer address.</param>
    /// <param name="state">NUD_: 2 reachable, 4 stale, 0x80 permanent.</param>
    /// <returns>This batch.</returns>
    public RtnlBatch ReplaceNeighbour(int ifindex, IPAddress address, MacAddress mac, ushort state)
    {
        Begin("set neighbour", address.ToString(), RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE,
            new ndmsg { ndm_family = FamilyOf(address), ndm_ifindex = ifindex, ndm_state = state });
        _writer.Attribute(NDA_DST, address);
        _writer.Attribute(NDA_LLADDR, mac);
        return End();
    }

    /// <summary>Deletes a neighbour entry.</summary>
    /// <param name="ifindex">The device.</param>
    /// <param name="address">The neighbour.</param>
    /// <returns>This batch.</returns>
    public RtnlBatch DeleteNeighbour(int ifindex, IPAddress address)
    {
        Begin("delete neighbour", address.ToString(), RTM_DELNEIGH, 0, new ndmsg { ndm_family = FamilyOf(address), ndm_ifindex = ifindex });
        _writer.Attribute(NDA_DST, address);
        return End();
    }

    private static byte FamilyOf(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork ? (byte)LibC.AF_INET : (byte)LibC.AF_INET6;
}
