using System.Runtime.InteropServices;

namespace Dataplane.Interop;

/// <summary>
/// A child with our own standard streams and terminal: a command that is run for somebody. It starts in the network namespace of the thread that starts it.
/// </summary>
public sealed unsafe partial class ForegroundProcess
{
    private const int SIGINT = 2;
    private const int SIGPIPE = 13;
    private const int POLLIN = 1;
    private const int SpawnSetSigDefault = 0x04; // POSIX_SPAWN_SETSIGDEF
    private const int PidfdOpen = 434;
    private readonly int _pid;

    private ForegroundProcess(int pid) => _pid = pid;

    /// <summary>Starts it. A name without a slash is looked for as execvp(3) does.</summary>
    /// <param name="arguments">The command and its arguments.</param>
    /// <param name="environment">"NAME=value" each: all of its environment.</param>
    /// <exception cref="LinuxException">It could not be started; Errno is exec's.</exception>
    public static ForegroundProcess Start(IReadOnlyList<string> arguments, IReadOnlyList<string> environment)
    {
        byte* attributes = stackalloc byte[1024];
        ulong* defaults = stackalloc ulong[16];
        new Span<ulong>(defaults, 16).Clear();
        // A signal that is ignored stays ignored over exec; only we ignore this one.
        defaults[0] = 1UL << (SIGPIPE - 1);
        _ = posix_spawnattr_init(attributes);
        _ = posix_spawnattr_setsigdefault(attributes, defaults);
        _ = posix_spawnattr_setflags(attributes, SpawnSetSigDefault);
        byte** argv = NativeStrings.Allocate(arguments);
        byte** envp = NativeStrings.Allocate(environment);
        try
        {
            int pid;
            int errno = posix_spawnp(&pid, arguments[0], null, attributes, argv, envp);
            return errno == 0 ? new ForegroundProcess(pid) : throw new LinuxException("exec", arguments[0], errno);
        }
        finally
        {
            NativeMemory.Free(argv);
            NativeMemory.Free(envp);
            _ = posix_spawnattr_destroy(attributes);
        }
    }

    /// <summary>
    /// Waits for its end. Signals that <see cref="Termination"/> catches are passed on, and taken note of; but not the terminal's SIGINT, which the child gets itself.
    /// </summary>
    /// <returns>The status as waitpid(2) gives it.</returns>
    public int Wait()
    {
        using var exit = new FileDescriptor((int)syscall(PidfdOpen, _pid, 0));
        LibC.pollfd* fds = stackalloc LibC.pollfd[2];
        fds[0] = new LibC.pollfd { fd = exit.IsInvalid ? -1 : exit.Number, events = POLLIN };
        fds[1] = new LibC.pollfd { fd = Termination.Event, events = POLLIN };
        while (fds[0].fd >= 0 && fds[0].revents == 0)
        {
            if (LibC.poll(fds, 2, -1) > 0 && fds[1].revents != 0)
            {
                int signal = Termination.Caught;
                Termination.Acknowledge();
                if (signal != SIGINT || !HasTerminal())
                {
                    _ = kill(_pid, signal);
                }
            }
        }

        int status;
        while (waitpid(_pid, &status, 0) < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR)
        {
        }

        return status;
    }

    // Whether our group is the one the terminal sends its signals to.
    private static bool HasTerminal() => tcgetpgrp(0) == getpgrp() || tcgetpgrp(2) == getpgrp();

    [LibraryImport("libc")]
    private static partial int posix_spawnp(
        int* pid, [MarshalAs(UnmanagedType.LPUTF8Str)] string file, byte* file_actions, byte* attrp, byte** argv, byte** envp);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_init(byte* attr);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_destroy(byte* attr);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_setsigdefault(byte* attr, ulong* sigdefault);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_setflags(byte* attr, short flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int waitpid(int pid, int* wstatus, int options);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int pid, int sig);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int tcgetpgrp(int fd);

    [LibraryImport("libc")]
    private static partial int getpgrp();

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint syscall(nint number, nint first, nint second);
}
