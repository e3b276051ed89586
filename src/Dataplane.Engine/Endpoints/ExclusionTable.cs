using System.Net;
using Dataplane.Abi;
using Dataplane.Bpf;

namespace Dataplane.Engine;

/// <summary>The rows of the map "exclusions": where a container's packets go as they are, although it is masqueraded.</summary>
/// <param name="programs">The node's.</param>
internal sealed class ExclusionTable(NodePrograms programs)
{
    private const int IfIndexBits = 32;
    private const int MappedBits = 96;

    // ::/16 is reserved but for the IPv4-mapped addresses: nothing is sent there.
    private const int ReservedBits = 16;

    /// <summary>Writes the rows of a prefix.</summary>
    public void Add(int ifIndex, uint generation, AddressPrefix prefix)
    {
        foreach (ExclusionKey key in Keys(ifIndex, prefix))
        {
            programs.Exclusions.Update(key, new ExclusionRow { Generation = generation });
        }
    }

    /// <summary>Removes the rows of a prefix unless another generation has them.</summary>
    public void Remove(int ifIndex, uint generation, AddressPrefix prefix)
    {
        foreach (ExclusionKey key in Keys(ifIndex, prefix))
        {
            // The lookup finds the longest prefix, which may be a shorter one than this: the deletion wants exactly this one.
            if (programs.Exclusions.TryLookup(key, out ExclusionRow row) && row.Generation == generation)
            {
                _ = programs.Exclusions.Delete(key);
            }
        }
    }

    /// <summary>Whether every row of a prefix is there.</summary>
    public bool Has(int ifIndex, uint generation, AddressPrefix prefix)
    {
        foreach (ExclusionKey key in Keys(ifIndex, prefix))
        {
            if (!programs.Exclusions.TryLookup(key, out ExclusionRow row) || row.Generation != generation)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// The keys of a prefix: one, but for an IPv6 prefix that has the IPv4-mapped addresses in it. Those are how IPv4 is written in the map, and
    /// who says ::/0 means IPv6: it becomes the prefixes beside them.
    /// </summary>
    internal static List<ExclusionKey> Keys(int ifIndex, AddressPrefix prefix)
    {
        Span<byte> address = stackalloc byte[16];
        EndpointSpec.CopyAddress(prefix.Address, address);
        int length = prefix.Length + (prefix.Address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? MappedBits : 0);
        ClearFrom(address, length);
        List<ExclusionKey> keys = [];
        if (length >= MappedBits || address.ContainsAnyExcept((byte)0))
        {
            keys.Add(Key(ifIndex, address, length));
            return keys;
        }

        for (int bit = length; bit < ReservedBits; bit++)
        {
            address.Clear();
            address[bit / 8] = (byte)(0x80 >> (bit % 8));
            keys.Add(Key(ifIndex, address, bit + 1));
        }

        return keys;
    }

    private static ExclusionKey Key(int ifIndex, ReadOnlySpan<byte> address, int length) =>
        new() { PrefixLength = (uint)(IfIndexBits + length), Ifindex = (uint)ifIndex, Address = Bytes16.From(address) };

    private static void ClearFrom(Span<byte> address, int length)
    {
        int whole = length / 8;
        if (whole < address.Length)
        {
            address[whole] &= (byte)(0xff00 >> (length % 8));
            address[(whole + 1)..].Clear();
        }
    }
}
