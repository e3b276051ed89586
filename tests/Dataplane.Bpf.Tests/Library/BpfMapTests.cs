using Dataplane.Interop;
using Dataplane.TestKit;

namespace Dataplane.Bpf.Tests.Library;

/// <summary>Operations on maps, against the kernel.</summary>
public sealed unsafe class BpfMapTests
{
    private const uint Hash = 1;
    private const uint Array = 2;
    private const uint LruHash = 9;

    [NeedsFact(Needs.Namespaces)]
    public void A_key_is_absent_then_there_then_absent()
    {
        using BpfMap<uint, ulong> map = Create(Hash, 16);
        Assert.False(map.TryLookup(7, out ulong value));
        Assert.Equal(0ul, value);
        map.Update(7, 70);
        Assert.True(map.TryLookup(7, out value));
        Assert.Equal(70ul, value);
        Assert.True(map.Delete(7));
        Assert.False(map.Delete(7));
        Assert.False(map.TryLookup(7, out _));
    }

    [NeedsFact(Needs.Namespaces)]
    public void Flags_of_an_update_are_the_kernels()
    {
        using BpfMap<uint, ulong> map = Create(Hash, 16);
        Assert.Equal(Errno.ENOENT, Assert.Throws<LinuxException>(() => map.Update(1, 1, flags: 2)).Errno);
        map.Update(1, 1, flags: 1);
        Assert.Equal(Errno.EEXIST, Assert.Throws<LinuxException>(() => map.Update(1, 2, flags: 1)).Errno);
        map.Update(1, 3, flags: 2);
        Assert.True(map.TryLookup(1, out ulong value));
        Assert.Equal(3ul, value);
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_full_map_says_so_and_names_itself()
    {
        using BpfMap<uint, ulong> map = Create(Hash, 2);
        map.Update(1, 1);
        map.Update(2, 2);
        LinuxException full = Assert.Throws<LinuxException>(() => map.Update(3, 3));
        Assert.Equal(7, full.Errno);
        Assert.Contains("BPF_MAP_UPDATE_ELEM the map", full.Message, StringComparison.Ordinal);
    }

    [NeedsTheory(Needs.Namespaces)]
    [InlineData(Hash, 0)]
    [InlineData(Hash, 1)]
    [InlineData(Hash, 511)]
    [InlineData(Hash, 5000)]
    [InlineData(LruHash, 3000)]
    public void Entries_are_every_entry_once(uint type, int count)
    {
        using BpfMap<uint, ulong> map = Create(type, 8192);
        for (uint i = 0; i < count; i++)
        {
            map.Update(i, i * 10);
        }
        (uint Key, ulong Value)[] entries = [.. map.Entries().OrderBy(e => e.Key)];
        Assert.Equal(count, entries.Length);
        Assert.All(entries, (e, i) => Assert.Equal(((uint)i, (ulong)i * 10), e));
        Assert.Equal(entries, map.OneByOne().OrderBy(e => e.Key));
    }

    [NeedsFact(Needs.Namespaces)]
    public void An_array_has_all_its_entries()
    {
        using BpfMap<uint, ulong> map = Create(Array, 700);
        map.Update(699, 5);
        List<(uint Key, ulong Value)> entries = map.Entries();
        Assert.Equal(700, entries.Count);
        Assert.Equal(5ul, entries.Single(e => e.Key == 699).Value);
        Assert.Equal(entries, map.OneByOne());
    }

    [NeedsFact(Needs.Namespaces)]
    public void Walking_ends_while_others_delete_and_insert()
    {
        using BpfMap<uint, ulong> map = Create(Hash, 2048);
        for (uint i = 0; i < 1024; i++)
        {
            map.Update(i, i);
        }
        bool done = false;
        var churn = new Thread(() =>
        {
            for (uint i = 0; !Volatile.Read(ref done); i = (i + 1) % 512)
            {
                map.Delete(i);
                map.Update(i, i);
            }
        });
        churn.Start();
        try
        {
            for (int round = 0; round < 50; round++)
            {
                // The upper half is there all along.
                Assert.True(map.Entries().Count(e => e.Key >= 512) >= 512);
                Assert.True(map.OneByOne().Count <= 2048);
            }
        }
        finally
        {
            Volatile.Write(ref done, true);
            churn.Join();
        }
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_pin_of_another_layout_is_refused_and_a_missing_one_is_null()
    {
        using var node = new PinnedNode();
        node.Ensure().Dispose();
        LinuxException wrong = Assert.Throws<LinuxException>(() => BpfMap<uint, uint>.TryOpenPinned($"{node.Directory}/maps/endpoints"));
        Assert.Equal(Errno.EINVAL, wrong.Errno);
        Assert.Contains("maps/endpoints", wrong.Message, StringComparison.Ordinal);
        Assert.Null(BpfMap<uint, uint>.TryOpenPinned($"{node.Directory}/maps/nothing"));
    }

    private static BpfMap<uint, ulong> Create(uint type, uint entries)
    {
        var attr = new BpfAttr.MapCreate { MapType = type, KeySize = 4, ValueSize = 8, MaxEntries = entries };
        int fd = LibC.bpf(BpfCommand.MapCreate, &attr, (uint)sizeof(BpfAttr.MapCreate));
        Assert.True(fd >= 0);
        return new BpfMap<uint, ulong>(new FileDescriptor(fd), "the map");
    }
}
