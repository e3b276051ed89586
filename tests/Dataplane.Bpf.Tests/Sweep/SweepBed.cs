using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using Dataplane.Abi;
using Dataplane.Bpf.Tests.Native;

namespace Dataplane.Bpf.Tests.Sweep;

/// <summary>The sweep's program that does one step a run, on maps of its own.</summary>
public sealed unsafe class SweepBed : IDisposable
{
    /// <summary>Tickets a step, DP_SWEEP_STEP.</summary>
    public const int Step = 128;

    private const uint PodIfindex = 77;
    private const uint PodGeneration = 3;
    private readonly nint _object;
    private readonly int _program;

    public SweepBed()
    {
        string path = Path.Combine(Root(), "build/bpf/sweep.bpf.o");
        Assert.True(File.Exists(path), $"{path} is missing: cmake -B build && cmake --build build --target bpf_sweep");
        _object = LibBpf.Open(path);
        Assert.NotEqual(0, _object);
        nint step = LibBpf.FindProgram(_object, "sweep_start_plain");
        Assert.Equal(0, LibBpf.SetAutoload(LibBpf.FindProgram(_object, "sweep_start"), false));
        Assert.Equal(0, LibBpf.SetAutoload(step, true));
        Assert.Equal(0, LibBpf.Load(_object));
        _program = LibBpf.ProgramFd(step);
        PutPod(PodGeneration);
    }

    /// <summary>The clock of the rows: CLOCK_MONOTONIC, nanoseconds.</summary>
    public static ulong Now => (ulong)(Stopwatch.GetTimestamp() * (1_000_000_000.0 / Stopwatch.Frequency));

    public SweepRow Row => Lookup<uint, SweepRow>("sweep", 0)!.Value;

    /// <summary>The pod's row; another generation, and everything of the one before is dead.</summary>
    public void PutPod(uint generation) => Put("endpoints", PodIfindex, new Endpoint { Generation = generation });

    /// <summary>The half that holds the ticket: a pod's connection number <paramref name="number"/> out of the node.</summary>
    public static (NatKey Key, NatRow Row) Inside(int number, byte protocol, NatStates state, double idleSeconds, ulong ticket) => (
        new NatKey { Source = Address("10.1.0.2"), Destination = Address("192.0.2.1"), SourcePort = (ushort)number, DestinationPort = 53, Protocol = protocol, Scope = PodIfindex },
        new NatRow
        {
            LastSeen = Now - (ulong)(idleSeconds * 1e9),
            Ticket = ticket,
            Source = Address("198.51.100.1"),
            Destination = Address("192.0.2.1"),
            SourcePort = (ushort)(number + 1000),
            DestinationPort = 53,
            State = state,
            From = new FlowSide { Ifindex = PodIfindex, Generation = PodGeneration },
            Kind = NatKind.Masquerade,
        });

    /// <summary>The other one.</summary>
    public static (NatKey Key, NatRow Row) Outside(int number, byte protocol, NatStates state, double idleSeconds) => (
        new NatKey { Source = Address("192.0.2.1"), Destination = Address("198.51.100.1"), SourcePort = 53, DestinationPort = (ushort)(number + 1000), Protocol = protocol },
        new NatRow
        {
            LastSeen = Now - (ulong)(idleSeconds * 1e9),
            Source = Address("192.0.2.1"),
            Destination = Address("10.1.0.2"),
            SourcePort = 53,
            DestinationPort = (ushort)number,
            State = state,
            To = new FlowSide { Ifindex = PodIfindex, Generation = PodGeneration },
            Kind = NatKind.Masquerade,
            Reply = 1,
        });

    /// <summary>Both halves, and the ticket.</summary>
    public void Connect(int number, byte protocol, NatStates state, double idleSeconds, ulong ticket, double? otherIdle = null)
    {
        (NatKey Key, NatRow Row) inside = Inside(number, protocol, state, idleSeconds, ticket);
        Put(inside);
        Put(Outside(number, protocol, state, otherIdle ?? idleSeconds));
        Queue(inside.Key, ticket);
    }

    public void Put((NatKey Key, NatRow Row) half) => Put("nat", half.Key, half.Row);

    public bool Has((NatKey Key, NatRow Row) half) => Lookup<NatKey, NatRow>("nat", half.Key) is not null;

    public void Delete(NatKey key) => Assert.Equal(0, LibBpf.Delete(Map("nat"), Bytes(key)));

    public void Queue(NatKey key, ulong ticket)
    {
        var item = new SweepItem { Key = key, Ticket = ticket };
        Assert.Equal(0, LibBpf.Update(Map("sweep_queue"), default, Bytes(item), 0));
    }

    /// <summary>Empties the queue: the tickets in it, the next one first.</summary>
    public List<ulong> Tickets()
    {
        var tickets = new List<ulong>();
        byte[] item = new byte[sizeof(SweepItem)];
        while (LibBpf.Pop(Map("sweep_queue"), default, item) == 0)
        {
            tickets.Add(MemoryMarshal.Read<SweepItem>(item).Ticket);
        }

        return tickets;
    }

    public void Run()
    {
        byte[] frame = new byte[64];
        fixed (byte* data = frame)
        {
            var options = new LibBpf.TestRunOptions { Size = (nuint)sizeof(LibBpf.TestRunOptions), DataIn = data, DataSizeIn = (uint)frame.Length, Repeat = 1 };
            Assert.Equal(0, LibBpf.TestRun(_program, &options));
            Assert.Equal(0u, options.ReturnValue);
        }
    }

    public void Dispose() => LibBpf.Close(_object);

    private int Map(string name) => LibBpf.MapFd(LibBpf.FindMap(_object, name));

    private void Put<TKey, TValue>(string map, TKey key, TValue value)
        where TKey : unmanaged
        where TValue : unmanaged => Assert.Equal(0, LibBpf.Update(Map(map), Bytes(key), Bytes(value), 0));

    private TValue? Lookup<TKey, TValue>(string map, TKey key)
        where TKey : unmanaged
        where TValue : unmanaged
    {
        byte[] value = new byte[sizeof(TValue)];
        return LibBpf.Lookup(Map(map), Bytes(key), value) == 0 ? MemoryMarshal.Read<TValue>(value) : null;
    }

    private static byte[] Bytes<T>(T value)
        where T : unmanaged => MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)).ToArray();

    private static Bytes16 Address(string text) => Bytes16.From(IPAddress.Parse(text).MapToIPv6().GetAddressBytes());

    private static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Dataplane.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("the tests run outside the source tree");
    }
}
