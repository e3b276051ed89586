using System.Runtime.InteropServices;

namespace Dataplane.Interop;

/// <summary>
/// Runs an executable to its end: posix_spawn(3), its input from a memory file so that it can neither block nor break us, its output and
/// errors read together so that neither pipe fills up. What the child leaves running in the background is not waited for.
/// </summary>
public static unsafe partial class ChildProcess
{
    private const int SIGTERM = 15;
    private const int SIGPIPE = 13;
    private const int POLLIN = 1;
    private const int SpawnSetSigDefault = 0x04; // POSIX_SPAWN_SETSIGDEF
    private const int MemfdCloexec = 1;
    private const int PidfdOpen = 434;
    private const int F_SETFL = 4;
    private const int O_NONBLOCK = 0x800;

    /// <summary>Runs it. A signal that <see cref="Termination"/> caught is passed on to it as SIGTERM.</summary>
    /// <param name="path">The executable; also its argument 0.</param>
    /// <param name="environment">"NAME=value" each: all of its environment.</param>
    /// <param name="stdin">What it reads.</param>
    /// <param name="stdout">What it wrote.</param>
    /// <param name="stderr">What it wrote as errors.</param>
    /// <returns>The status as waitpid(2) gives it.</returns>
    /// <exception cref="LinuxException">It could not be started; Errno is exec's.</exception>
    public static int Run(string path, IReadOnlyList<string> environment, ReadOnlySpan<byte> stdin, out byte[] stdout, out byte[] stderr) =>
        Run([path], environment, stdin, out stdout, out stderr);

    /// <summary>The same with arguments.</summary>
    /// <param name="command">The executable, by its path, and its arguments.</param>
    /// <param name="environment">"NAME=value" each: all of its environment.</param>
    /// <param name="stdin">What it reads.</param>
    /// <param name="stdout">What it wrote.</param>
    /// <param name="stderr">What it wrote as errors.</param>
    /// <returns>The status as waitpid(2) gives it.</returns>
    /// <exception cref="LinuxException">It could not be started; Errno is exec's.</exception>
    public static int Run(IReadOnlyList<string> command, IReadOnlyList<string> environment, ReadOnlySpan<byte> stdin, out byte[] stdout, out byte[] stderr)
    {
        using FileDescriptor input = MemoryFile(stdin);
        (FileDescriptor outRead, FileDescriptor outWrite) = Pipe();
        (FileDescriptor errRead, FileDescriptor errWrite) = Pipe();
        using (outRead)
        using (errRead)
        {
            int pid;
            using (outWrite)
            using (errWrite)
            {
                pid = Spawn(command, environment, input.Number, outWrite.Number, errWrite.Number);
            }

            Communicate(pid, outRead.Number, errRead.Number, out stdout, out stderr);
            int status;
            while (waitpid(pid, &status, 0) < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR)
            {
            }

            return status;
        }
    }

    private static void Communicate(int pid, int outFd, int errFd, out byte[] stdout, out byte[] stderr)
    {
        using var exit = new FileDescriptor((int)syscall(PidfdOpen, pid, 0));
        var output = new MemoryStream();
        var errors = new MemoryStream();
        _ = fcntl(outFd, F_SETFL, O_NONBLOCK);
        _ = fcntl(errFd, F_SETFL, O_NONBLOCK);
        // poll(2) passes over negative descriptors: a pipe at its end, a signal that was passed on.
        PollFd* fds = stackalloc PollFd[4];
        fds[0] = new PollFd { fd = outFd, events = POLLIN };
        fds[1] = new PollFd { fd = errFd, events = POLLIN };
        fds[2] = new PollFd { fd = exit.IsInvalid ? -1 : exit.Number, events = POLLIN };
        fds[3] = new PollFd { fd = Termination.Event, events = POLLIN };
        bool exited = false;
        while (!exited && (fds[0].fd >= 0 || fds[1].fd >= 0))
        {
            if (poll(fds, 4, -1) < 0)
            {
                continue;
            }

            exited = fds[2].revents != 0;
            if (fds[3].revents != 0)
            {
                _ = kill(pid, SIGTERM);
                fds[3].fd = -1;
            }

            // After the exit as well: what it wrote last is still in the pipes.
            Drain(ref fds[0], output);
            Drain(ref fds[1], errors);
        }

        stdout = output.ToArray();
        stderr = errors.ToArray();
    }

    private static void Drain(ref PollFd pipe, MemoryStream into)
    {
        byte* buffer = stackalloc byte[4096];
        while (pipe.fd >= 0)
        {
            nint n = DirectoryCalls.read(pipe.fd, buffer, 4096);
            if (n > 0)
            {
                into.Write(new ReadOnlySpan<byte>(buffer, (int)n));
            }
            else if (n == 0 || Marshal.GetLastPInvokeError() is not (Errno.EINTR or Errno.EAGAIN))
            {
                pipe.fd = -1;
            }
            else if (Marshal.GetLastPInvokeError() == Errno.EAGAIN)
            {
                return;
            }
        }
    }

    private static int Spawn(IReadOnlyList<string> command, IReadOnlyList<string> environment, int input, int output, int errors)
    {
        // Opaque, and larger on no libc: glibc has 80 and 336 bytes.
        byte* actions = stackalloc byte[512];
        byte* attributes = stackalloc byte[1024];
        ulong* defaults = stackalloc ulong[16];
        new Span<ulong>(defaults, 16).Clear();
        defaults[0] = 1UL << (SIGPIPE - 1);
        _ = posix_spawn_file_actions_init(actions);
        _ = posix_spawn_file_actions_adddup2(actions, input, 0);
        _ = posix_spawn_file_actions_adddup2(actions, output, 1);
        _ = posix_spawn_file_actions_adddup2(actions, errors, 2);
        // A signal that is ignored stays ignored over exec; only we ignore this one.
        _ = posix_spawnattr_init(attributes);
        _ = posix_spawnattr_setsigdefault(attributes, defaults);
        _ = posix_spawnattr_setflags(attributes, SpawnSetSigDefault);
        byte** argv = NativeStrings.Allocate(command);
        byte** envp = NativeStrings.Allocate(environment);
        try
        {
            int pid;
            int errno = posix_spawn(&pid, command[0], actions, attributes, argv, envp);
            return errno == 0 ? pid : throw new LinuxException("posix_spawn", command[0], errno);
        }
        finally
        {
            NativeMemory.Free(argv);
            NativeMemory.Free(envp);
            _ = posix_spawn_file_actions_destroy(actions);
            _ = posix_spawnattr_destroy(attributes);
        }
    }

    private static FileDescriptor MemoryFile(ReadOnlySpan<byte> content)
    {
        var file = new FileDescriptor(memfd_create("stdin", MemfdCloexec));
        if (file.IsInvalid)
        {
            throw new LinuxException("memfd_create", "stdin", Marshal.GetLastPInvokeError());
        }

        new FdStream(file.Number).Write(content);
        _ = lseek(file.Number, 0, 0);
        return file;
    }

    private static (FileDescriptor Read, FileDescriptor Write) Pipe()
    {
        int* ends = stackalloc int[2];
        return pipe2(ends, DirectoryCalls.O_CLOEXEC) == 0
            ? (new FileDescriptor(ends[0]), new FileDescriptor(ends[1]))
            : throw new LinuxException("pipe2", "", Marshal.GetLastPInvokeError());
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int memfd_create([MarshalAs(UnmanagedType.LPUTF8Str)] string name, uint flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint lseek(int fd, nint offset, int whence);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int pipe2(int* pipefd, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int poll(PollFd* fds, nuint nfds, int timeout);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int fd, int cmd, nint arg);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int waitpid(int pid, int* wstatus, int options);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int pid, int sig);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint syscall(nint number, nint first, nint second);

    [LibraryImport("libc")]
    private static partial int posix_spawn(
        int* pid, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, byte* file_actions, byte* attrp, byte** argv, byte** envp);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_init(byte* file_actions);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_adddup2(byte* file_actions, int fildes, int newfildes);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_destroy(byte* file_actions);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_init(byte* attr);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_setsigdefault(byte* attr, ulong* sigdefault);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_setflags(byte* attr, short flags);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_destroy(byte* attr);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollFd
    {
        public int fd;
        public short events;
        public short revents;
    }
}
