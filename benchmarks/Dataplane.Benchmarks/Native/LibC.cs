using System.Runtime.InteropServices;

namespace Dataplane.Benchmarks.Native;

/// <summary>What it takes to start a child as a runtime does, with nothing of .NET in the time that is measured.</summary>
internal static unsafe partial class LibC
{
    /// <summary>fcntl.h</summary>
    public const int O_CLOEXEC = 0x80000;

    /// <summary>sched.h</summary>
    public const int CLONE_NEWNET = 0x40000000;

    /// <summary>linux/perf_event.h</summary>
    public const int PERF_FLAG_FD_CLOEXEC = 8;

    /// <summary>Larger than glibc's posix_spawn_file_actions_t (80 bytes).</summary>
    public const int FileActionsSize = 256;

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int open(string path, int flags);

    [LibraryImport("libc")]
    public static partial int close(int fd);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint read(int fd, byte* buffer, nint count);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint write(int fd, byte* buffer, nint count);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int pipe2(int* fds, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int setns(int fd, int type);

    [LibraryImport("libc")]
    public static partial int posix_spawn(int* pid, byte* path, byte* fileActions, byte* attributes, byte** argv, byte** envp);

    [LibraryImport("libc")]
    public static partial int posix_spawn_file_actions_init(byte* fileActions);

    [LibraryImport("libc")]
    public static partial int posix_spawn_file_actions_adddup2(byte* fileActions, int fd, int newFd);

    [LibraryImport("libc")]
    public static partial int posix_spawn_file_actions_destroy(byte* fileActions);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int waitpid(int pid, int* status, int options);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint syscall(nint number, nint attribute, int pid, int cpu, int group, nint flags);
}
