using System.Net;
using System.Runtime.InteropServices;
using System.Text;

namespace Dataplane.Netlink.Netfilter;

/// <summary>
/// A table of iptables-legacy as the kernel gives it: entries one after the other, each a rule or the head of a chain; jumps are offsets.
/// Chains can be taken out; everything else stays as it is, byte by byte, but for the offsets. That is what iptables does as well
/// (libiptc): entries it does not change go back as they came.
/// </summary>
public sealed class LegacyTable
{
    /// <summary>NF_INET_NUMHOOKS.</summary>
    public const int Hooks = 5;

    private const int TargetName = 2;
    private const int TargetData = 32;
    private const int Accept = -2; // -NF_ACCEPT - 1
    private readonly LegacyFamily _family;
    private static readonly string[] s_hookNames = ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"];
    private readonly byte[] _entries;
    private readonly uint[] _hooks;
    private readonly uint[] _underflows;
    private readonly List<Entry> _index = [];

    /// <summary>Reads a table.</summary>
    /// <param name="family">Its family.</param>
    /// <param name="validHooks">Bit h: hook h has a chain.</param>
    /// <param name="hooks">Offset of each hook's first entry.</param>
    /// <param name="underflows">Offset of each hook's policy.</param>
    /// <param name="entries">The entries.</param>
    /// <exception cref="FormatException">It is not a table.</exception>
    public LegacyTable(LegacyFamily family, uint validHooks, ReadOnlySpan<uint> hooks, ReadOnlySpan<uint> underflows, byte[] entries)
    {
        ArgumentNullException.ThrowIfNull(family);
        ArgumentNullException.ThrowIfNull(entries);
        _family = family;
        _entries = entries;
        _hooks = hooks[..Hooks].ToArray();
        _underflows = underflows[..Hooks].ToArray();
        ValidHooks = validHooks;
        Read(family);
    }

    /// <summary>Bit h: hook h has a chain.</summary>
    public uint ValidHooks { get; }

    /// <summary>How many entries there are.</summary>
    public int Count => _index.Count;

    /// <summary>Whether something was taken out.</summary>
    public bool IsChanged { get; private set; }

    /// <summary>How many entries are left.</summary>
    public int CountLeft
    {
        get
        {
            int left = 0;
            foreach (Entry entry in _index)
            {
                left += entry.Removed ? 0 : 1;
            }

            return left;
        }
    }

    /// <summary>Whether a chain is there.</summary>
    /// <param name="chain">The chain.</param>
    public bool Has(string chain) => Head(chain) >= 0;

    /// <summary>Whether a chain is there and has no rules.</summary>
    /// <param name="chain">The chain.</param>
    public bool IsEmpty(string chain)
    {
        int head = Head(chain);
        if (head < 0)
        {
            return false;
        }

        // The last entry of a chain is its RETURN, which is no rule.
        for (int i = head + 1; i < End(head) - 1; i++)
        {
            if (!_index[i].Removed)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Takes out a chain and the rules that jump to it.</summary>
    /// <param name="chain">The chain.</param>
    /// <param name="callers">The chains that may jump to it. When another one does, nothing is taken out.</param>
    /// <returns>Whether it was taken out.</returns>
    public bool TryRemove(string chain, params ReadOnlySpan<string> callers)
    {
        int head = Head(chain);
        if (head < 0)
        {
            return false;
        }

        int first = (int)_index[head + 1].Offset;
        List<int> jumps = [];
        for (int i = 0; i < _index.Count; i++)
        {
            if (!_index[i].Removed && _index[i].Verdict == first)
            {
                if (!callers.Contains(_index[i].Chain))
                {
                    return false;
                }

                jumps.Add(i);
            }
        }

        for (int i = head; i < End(head); i++)
        {
            jumps.Add(i);
        }

        foreach (int i in jumps)
        {
            _index[i] = _index[i] with { Removed = true };
        }

        IsChanged = true;
        return true;
    }

    /// <summary>Takes out the rules of a chain that accept what is from one address, or what is for it.</summary>
    /// <param name="chain">The chain.</param>
    /// <param name="address">The address; of the other family there are none.</param>
    public void RemoveAccepts(string chain, IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        byte[] wanted = address.GetAddressBytes();
        int head = Head(chain);
        if (head < 0 || wanted.Length != _family.AddressSize)
        {
            return;
        }

        // The last entry of a chain is its RETURN, which is no rule.
        for (int i = head + 1; i < End(head) - 1; i++)
        {
            if (!_index[i].Removed && _index[i].Verdict == Accept && IsAbout(_entries.AsSpan((int)_index[i].Offset), wanted))
            {
                _index[i] = _index[i] with { Removed = true };
                IsChanged = true;
            }
        }
    }

    // struct ipt_ip, ip6t_ip6: source, destination, and the mask of each.
    private static bool IsAbout(ReadOnlySpan<byte> entry, ReadOnlySpan<byte> address)
    {
        int size = address.Length;
        ReadOnlySpan<byte> source = entry[..size], destination = entry.Slice(size, size), sourceMask = entry.Slice(2 * size, size), destinationMask = entry.Slice(3 * size, size);
        return (IsHost(sourceMask) && source.SequenceEqual(address) && !destinationMask.ContainsAnyExcept((byte)0))
            || (IsHost(destinationMask) && destination.SequenceEqual(address) && !sourceMask.ContainsAnyExcept((byte)0));
    }

    private static bool IsHost(ReadOnlySpan<byte> mask) => !mask.ContainsAnyExcept((byte)0xff);

    /// <summary>Whether entry <paramref name="index"/> of the table that was read is still there.</summary>
    /// <param name="index">From 0.</param>
    public bool IsLeft(int index) => !_index[index].Removed;

    /// <summary>The table without what was taken out.</summary>
    /// <param name="hooks">Offset of each hook's first entry.</param>
    /// <param name="underflows">Offset of each hook's policy.</param>
    /// <returns>The entries.</returns>
    public byte[] Write(Span<uint> hooks, Span<uint> underflows)
    {
        // What led to an entry that is gone leads to the next one that is not: a chain's first rule was the one behind it.
        var moved = new Dictionary<uint, uint>(_index.Count);
        uint length = 0;
        foreach (Entry entry in _index)
        {
            moved[entry.Offset] = length;
            length += entry.Removed ? 0 : entry.Length;
        }

        byte[] written = new byte[length];
        foreach (Entry entry in _index)
        {
            if (!entry.Removed)
            {
                int to = (int)moved[entry.Offset];
                _entries.AsSpan((int)entry.Offset, (int)entry.Length).CopyTo(written.AsSpan(to));
                if (entry.Verdict >= 0)
                {
                    MemoryMarshal.Write(written.AsSpan(to + entry.Target + TargetData), moved[(uint)entry.Verdict]);
                }
            }
        }

        for (int hook = 0; hook < Hooks; hook++)
        {
            bool valid = (ValidHooks & (1u << hook)) != 0;
            hooks[hook] = valid ? moved[_hooks[hook]] : 0;
            underflows[hook] = valid ? moved[_underflows[hook]] : 0;
        }

        return written;
    }

    private void Read(LegacyFamily family)
    {
        string chain = "";
        for (uint offset = 0; offset < _entries.Length;)
        {
            ReadOnlySpan<byte> entry = _entries.AsSpan((int)offset);
            if (entry.Length < family.EntrySize)
            {
                throw new FormatException("a torn entry");
            }

            int target = MemoryMarshal.Read<ushort>(entry[(family.NextOffset - 2)..]);
            int length = MemoryMarshal.Read<ushort>(entry[family.NextOffset..]);
            if (target < family.EntrySize || length < target + TargetData + 4 || length > entry.Length)
            {
                throw new FormatException("an entry whose target is outside of it");
            }

            for (int hook = 0; hook < Hooks; hook++)
            {
                if ((ValidHooks & (1u << hook)) != 0 && _hooks[hook] == offset)
                {
                    chain = s_hookNames[hook];
                }
            }

            ReadOnlySpan<byte> name = entry.Slice(target + TargetName, 29);
            bool isHead = name.StartsWith("ERROR\0"u8);
            if (isHead)
            {
                chain = Text(entry[(target + TargetData)..Math.Min(length, target + TargetData + 30)]);
            }

            // Standard targets have no name; a verdict that is not negative is where a jump leads.
            int verdict = name[0] == 0 ? MemoryMarshal.Read<int>(entry[(target + TargetData)..]) : -1;
            _index.Add(new Entry(offset, (uint)length, target, verdict, chain, isHead, false));
            offset += (uint)length;
        }

        var starts = new HashSet<uint>();
        foreach (Entry entry in _index)
        {
            starts.Add(entry.Offset);
        }

        foreach (Entry entry in _index)
        {
            if (entry.Verdict >= 0 && !starts.Contains((uint)entry.Verdict))
            {
                throw new FormatException("a jump to no entry");
            }
        }

        for (int hook = 0; hook < Hooks; hook++)
        {
            if ((ValidHooks & (1u << hook)) != 0 && !(starts.Contains(_hooks[hook]) && starts.Contains(_underflows[hook])))
            {
                throw new FormatException("a hook at no entry");
            }
        }
    }

    private int Head(string chain)
    {
        // The last head is the table's end.
        for (int i = 0; i < _index.Count - 1; i++)
        {
            if (_index[i].IsHead && !_index[i].Removed && _index[i].Chain == chain)
            {
                return i;
            }
        }

        return -1;
    }

    private int End(int head)
    {
        int end = head + 1;
        while (end < _index.Count && !_index[end].IsHead)
        {
            end++;
        }

        return end;
    }

    private static string Text(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
    }

    private readonly record struct Entry(uint Offset, uint Length, int Target, int Verdict, string Chain, bool IsHead, bool Removed);
}
