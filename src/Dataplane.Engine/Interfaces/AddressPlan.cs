using System.Net.Sockets;

namespace Dataplane.Engine;

/// <summary>What IPAM decided for one interface.</summary>
public sealed class AddressPlan
{
    /// <summary>The addresses, in IPAM's order.</summary>
    public List<PlannedAddress> Addresses { get; } = [];

    /// <summary>The routes, in the order they are added.</summary>
    public List<PlannedRoute> Routes { get; } = [];

    /// <summary>Whether an address of a family is among them.</summary>
    /// <param name="family">IPv4 or IPv6.</param>
    public bool Has(AddressFamily family)
    {
        foreach (PlannedAddress address in Addresses)
        {
            if (address.Address.AddressFamily == family)
            {
                return true;
            }
        }

        return false;
    }
}
