using System.Runtime.InteropServices;

namespace Dataplane.Interop;

public static unsafe partial class LibC
{
    /// <summary>
    /// <c>bpf(2)</c>. glibc has no wrapper, so it is <c>syscall(__NR_bpf, …)</c>; <paramref name="attr"/> is the
    /// prefix of <c>union bpf_attr</c> that the command reads, <paramref name="size"/> its size in bytes.
    /// </summary>
    /// <returns>A descriptor or 0; -1 and errno.</returns>
    public static int bpf(BpfCommand cmd, void* attr, uint size) =>
        (int)syscall_bpf(RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 321 : 280, (long)cmd, attr, size);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long syscall_bpf(long number, long cmd, void* attr, ulong size);
}
