using System.Runtime.InteropServices;
using Dataplane.Interop;

namespace Dataplane.Netlink.Tests;

/// <summary>The smallest program for tc: <c>return TC_ACT_OK</c>; loaded with bpf(2) alone.</summary>
internal static unsafe partial class AcceptAll
{
    private const int BPF_PROG_LOAD = 5;
    private const int BPF_PROG_TYPE_SCHED_CLS = 3;

    // r0 = 0; exit
    public static FileDescriptor Load() => Load([0x00000000000000b7, 0x0000000000000095]);

    /// <summary>As <see cref="Load()"/>, with <c>skb->priority</c> set: r2 = priority; *(u32 *)(r1 + 32) = r2 first.</summary>
    public static FileDescriptor LoadPriority(uint priority) =>
        Load([0x00000000000002b7 | ((ulong)priority << 32), 0x0000000000202163, 0x00000000000000b7, 0x0000000000000095]);

    private static FileDescriptor Load(ulong[] given)
    {
        ulong* instructions = stackalloc ulong[given.Length];
        given.CopyTo(new Span<ulong>(instructions, given.Length));
        byte* license = stackalloc byte[] { (byte)'G', (byte)'P', (byte)'L', 0 };
        ulong* attr = stackalloc ulong[6];
        attr[0] = BPF_PROG_TYPE_SCHED_CLS | ((ulong)given.Length << 32);
        attr[1] = (ulong)instructions;
        attr[2] = (ulong)license;
        int fd = (int)syscall(RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 321 : 280, BPF_PROG_LOAD, attr, 48);
        return fd >= 0 ? new FileDescriptor(fd) : throw new LinuxException("bpf", "BPF_PROG_LOAD", Marshal.GetLastPInvokeError());
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial long syscall(long number, long command, void* attr, ulong size);
}
