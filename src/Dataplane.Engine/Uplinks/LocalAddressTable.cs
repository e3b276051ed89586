using System.Net;
using System.Net.Sockets;
using Dataplane.Abi;
using Dataplane.Bpf;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>
/// The map of the node's own addresses, for the programs that sockets run: they cannot ask the routing table. Link-local and loopback
/// addresses are not in it: the former mean nothing without a device, the latter are known to the programs.
/// </summary>
internal sealed class LocalAddressTable
{
    private readonly NodePrograms _programs;
    private readonly Dictionary<IPAddress, uint> _rows = [];

    public LocalAddressTable(NodePrograms programs)
    {
        _programs = programs;
        foreach ((LocalAddress key, uint ifIndex) in programs.LocalAddresses.Entries())
        {
            ReadOnlySpan<byte> address = key.Address;
            _rows[Plain(new IPAddress(address))] = ifIndex;
        }
    }

    /// <summary>Adds an address that a device has just got.</summary>
    public static void Add(NodePrograms programs, int ifIndex, IPAddress address)
    {
        LocalAddress key = Key(address);
        if (!programs.LocalAddresses.TryLookup(key, out _))
        {
            programs.LocalAddresses.Update(key, (uint)ifIndex);
        }
    }

    /// <summary>Makes a device's rows what its addresses are. An address that two devices have keeps the row of the first.</summary>
    public void Set(int ifIndex, List<AddressInfo> addresses)
    {
        foreach (AddressInfo info in addresses)
        {
            if (IsKept(info.Address) && _rows.TryAdd(info.Address, (uint)ifIndex))
            {
                _programs.LocalAddresses.Update(Key(info.Address), (uint)ifIndex);
            }
        }

        List<IPAddress>? gone = null;
        foreach ((IPAddress address, uint owner) in _rows)
        {
            if (owner == ifIndex && !addresses.Exists(a => a.Address.Equals(address)))
            {
                (gone ??= []).Add(address);
            }
        }

        Remove(gone);
    }

    /// <summary>Removes every row that is not an address of the node.</summary>
    public void RemoveAllBut(List<AddressInfo> addresses)
    {
        var present = new HashSet<IPAddress>();
        foreach (AddressInfo info in addresses)
        {
            present.Add(info.Address);
        }

        List<IPAddress> gone = [];
        foreach (IPAddress address in _rows.Keys)
        {
            if (!present.Contains(address))
            {
                gone.Add(address);
            }
        }

        Remove(gone);
    }

    private void Remove(List<IPAddress>? gone)
    {
        for (int i = 0; i < gone?.Count; i++)
        {
            _ = _programs.LocalAddresses.Delete(Key(gone[i]));
            _ = _rows.Remove(gone[i]);
        }
    }

    private static bool IsKept(IPAddress address) => !address.IsIPv6LinkLocal && !IPAddress.IsLoopback(address);

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private static LocalAddress Key(IPAddress address)
    {
        LocalAddress key = default;
        EndpointSpec.CopyAddress(address, key.Address);
        return key;
    }
}
