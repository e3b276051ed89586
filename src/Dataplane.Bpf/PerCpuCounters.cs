using System.Globalization;
using Dataplane.Abi;
using Dataplane.Interop;

namespace Dataplane.Bpf;

/// <summary>The map <c>counters</c>: a value per CPU, read as their sum.</summary>
public sealed unsafe class PerCpuCounters : IDisposable
{
    private readonly FileDescriptor _fd;
    private readonly string _path;

    private PerCpuCounters(FileDescriptor fd, string path)
    {
        _fd = fd;
        _path = path;
    }

    /// <summary>Its descriptor.</summary>
    public int Fd => _fd.Number;

    /// <summary>CPUs the kernel may ever have: as many values a lookup returns.</summary>
    public static int PossibleCpus { get; } = ParsePossible(File.ReadAllText("/sys/devices/system/cpu/possible"));

    /// <summary>Opens the pinned map.</summary>
    /// <param name="path">Its pin.</param>
    /// <returns>The map, or null: no such pin.</returns>
    public static PerCpuCounters? TryOpenPinned(string path) => BpfCalls.TryGet(path) is { } fd ? new PerCpuCounters(fd, path) : null;

    /// <summary>Packets and bytes that left by an exit, of all CPUs.</summary>
    /// <param name="index">The exit.</param>
    /// <returns>The sum.</returns>
    /// <exception cref="LinuxException">The map has no such index.</exception>
    public Counter Read(CounterIndex index)
    {
        var values = new Counter[PossibleCpus];
        uint key = (uint)index;
        fixed (Counter* v = values)
        {
            var attr = new BpfAttr.MapElem { MapFd = (uint)Fd, Key = (ulong)&key, Value = (ulong)v };
            if (BpfCalls.Call(BpfCommand.MapLookupElem, ref attr) != 0)
            {
                throw new LinuxException("BPF_MAP_LOOKUP_ELEM", _path, BpfCalls.LastErrno);
            }
        }

        Counter sum = default;
        foreach (Counter value in values)
        {
            sum.Packets += value.Packets;
            sum.Bytes += value.Bytes;
        }

        return sum;
    }

    /// <inheritdoc/>
    public void Dispose() => _fd.Dispose();

    // "0-7" or "0-3,8-11": the highest number counts, holes have values too.
    private static int ParsePossible(string text)
    {
        int start = text.LastIndexOfAny([',', '-']) + 1;
        return int.Parse(text.AsSpan(start).Trim(), CultureInfo.InvariantCulture) + 1;
    }
}
