using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Dataplane.Benchmarks.Native;

/// <summary>The kernel's instructions of the calling thread (perf_event_open(2)); where the machine has no counters, as many virtual ones, there is none.</summary>
internal sealed unsafe class InstructionCounter : IDisposable
{
    // struct perf_event_attr (linux/perf_event.h), of its first published size.
    private const int AttributeSize = 64, ConfigOffset = 8, FlagsOffset = 40;
    private const int ExcludeUser = 1 << 4, ExcludeHypervisor = 1 << 6;
    private const ulong Instructions = 1; // PERF_COUNT_HW_INSTRUCTIONS; the type, PERF_TYPE_HARDWARE, is 0
    private readonly int _fd;

    private InstructionCounter(int fd) => _fd = fd;

    /// <summary>Why there is none; null when there is.</summary>
    public static string? Missing { get; } = Probe();

    /// <summary>So far, of the thread that opened it.</summary>
    public ulong Count
    {
        get
        {
            ulong value;
            return LibC.read(_fd, (byte*)&value, sizeof(ulong)) == sizeof(ulong) ? value : throw new InvalidOperationException("read of a perf event");
        }
    }

    /// <summary>Opens one; null where the machine has none.</summary>
    public static InstructionCounter? TryOpen()
    {
        byte* attribute = stackalloc byte[AttributeSize];
        var bytes = new Span<byte>(attribute, AttributeSize);
        bytes.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(bytes[sizeof(int)..], AttributeSize);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[ConfigOffset..], Instructions);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[FlagsOffset..], ExcludeUser | ExcludeHypervisor);
        // asm/unistd_64.h; asm-generic/unistd.h has it for every younger architecture.
        nint number = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 298 : 241;
        nint fd = LibC.syscall(number, (nint)attribute, 0, -1, -1, LibC.PERF_FLAG_FD_CLOEXEC);
        return fd >= 0 ? new InstructionCounter((int)fd) : null;
    }

    public void Dispose() => _ = LibC.close(_fd);

    private static string? Probe()
    {
        using InstructionCounter? counter = TryOpen();
        return counter is null ? $"the machine counts no instructions (perf_event_open: {Marshal.GetLastPInvokeErrorMessage()})" : null;
    }
}
