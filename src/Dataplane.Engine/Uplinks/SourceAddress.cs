using System.Net;
using System.Net.Sockets;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>Which of a device's addresses stands for containers, where no route names one.</summary>
internal static class SourceAddress
{
    // if_addr.h
    private const uint IFA_F_TEMPORARY = 0x01; // of IPv6; the same bit is IFA_F_SECONDARY in IPv4
    private const uint IFA_F_DADFAILED = 0x08;
    private const uint IFA_F_DEPRECATED = 0x20;
    private const uint IFA_F_TENTATIVE = 0x40;
    private const byte RT_SCOPE_LINK = 253;

    /// <summary>The primary address whose subnet a gateway is in, else the first primary one; null: there is none.</summary>
    /// <param name="addresses">Of the device.</param>
    /// <param name="family">The family.</param>
    /// <param name="gateway">The gateway, or null.</param>
    public static IPAddress? Choose(List<AddressInfo> addresses, AddressFamily family, IPAddress? gateway)
    {
        AddressInfo? best = null;
        int bestRank = int.MaxValue;
        foreach (AddressInfo address in addresses)
        {
            if (IsUsable(address, family) && Rank(address, gateway) is var rank && rank < bestRank)
            {
                best = address;
                bestRank = rank;
            }
        }

        return best?.Address;
    }

    /// <summary>Whether an address may stand for others: of more than the link, and no other host has it.</summary>
    public static bool IsUsable(AddressInfo address, AddressFamily family) =>
        address.Address.AddressFamily == family
        && (family == AddressFamily.InterNetwork
            ? address.Scope <= RT_SCOPE_LINK && !IPAddress.IsLoopback(address.Address)
            : address.Scope < RT_SCOPE_LINK && (address.Flags & IFA_F_DADFAILED) == 0);

    /// <summary>
    /// An address of the same subnet that stays, for a temporary one (RFC 8981): containers' connections are to outlive the hours it lasts.
    /// </summary>
    public static IPAddress Lasting(List<AddressInfo> addresses, IPAddress chosen)
    {
        AddressInfo? found = addresses.Find(a => a.Address.Equals(chosen));
        if (found is null || chosen.AddressFamily != AddressFamily.InterNetworkV6 || (found.Flags & IFA_F_TEMPORARY) == 0)
        {
            return chosen;
        }

        AddressInfo? lasting = addresses.Find(a =>
            IsUsable(a, AddressFamily.InterNetworkV6) && Rank(a, null) == 0 && Subnet.Contains(found.Address, found.PrefixLength, a.Address));
        return lasting?.Address ?? chosen;
    }

    // Lower is better; of equals the first, as the kernel has them in the order they were added.
    private static int Rank(AddressInfo address, IPAddress? gateway)
    {
        bool v6 = address.Address.AddressFamily == AddressFamily.InterNetworkV6;
        int rank = gateway is not null && !Subnet.Contains(address.Address, address.PrefixLength, gateway) ? 8 : 0;
        rank += (address.Flags & IFA_F_TEMPORARY) != 0 ? 1 : 0;
        rank += v6 && (address.Flags & IFA_F_DEPRECATED) != 0 ? 2 : 0;
        return rank + (v6 && (address.Flags & IFA_F_TENTATIVE) != 0 ? 4 : 0);
    }
}
