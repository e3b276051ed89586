using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Dataplane.Bpf.Tests.Native;

namespace Dataplane.Bpf.Tests.Bed;

/// <summary>A map of the loaded programs. Rows are bytes, or a twin of the same size.</summary>
public sealed class MapTable(int fd, int keySize, int valueSize)
{
    internal int Fd => fd;

    public void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> row)
    {
        Assert.Equal((keySize, valueSize), (key.Length, row.Length));
        Assert.Equal(0, LibBpf.Update(fd, key, row, 0));
    }

    public void Put<TKey, TRow>(TKey key, TRow row)
        where TKey : unmanaged
        where TRow : unmanaged => Put(Bytes(ref key), Bytes(ref row));

    public void Delete(ReadOnlySpan<byte> key) => Assert.Equal(0, LibBpf.Delete(fd, key));

    public void Delete<TKey>(TKey key)
        where TKey : unmanaged => Delete(Bytes(ref key));

    /// <summary>The row's bytes; null: there is none.</summary>
    public byte[]? Get(ReadOnlySpan<byte> key)
    {
        byte[] row = new byte[valueSize];
        return LibBpf.Lookup(fd, key, row) == 0 ? row : null;
    }

    /// <summary>Every row.</summary>
    public List<(byte[] Key, byte[] Row)> All()
    {
        List<(byte[], byte[])> rows = [];
        byte[] key = new byte[keySize];
        for (int more = LibBpf.NextKey(fd, default, key); more == 0; more = LibBpf.NextKey(fd, [.. key], key))
        {
            rows.Add(([.. key], Get(key) ?? throw new InvalidOperationException("a row went away while nobody wrote")));
        }
        return rows;
    }

    /// <summary>Every row, as twins.</summary>
    public List<(TKey Key, TRow Row)> All<TKey, TRow>()
        where TKey : unmanaged
        where TRow : unmanaged
    {
        Assert.Equal((keySize, valueSize), (Unsafe.SizeOf<TKey>(), Unsafe.SizeOf<TRow>()));
        return All().ConvertAll(pair => (MemoryMarshal.Read<TKey>(pair.Key), MemoryMarshal.Read<TRow>(pair.Row)));
    }

    public void Flush()
    {
        byte[] key = new byte[keySize];
        while (LibBpf.NextKey(fd, default, key) == 0)
        {
            Delete(key);
        }
    }

    private static ReadOnlySpan<byte> Bytes<T>(ref T value)
        where T : unmanaged => MemoryMarshal.AsBytes(new ReadOnlySpan<T>(ref value));
}
