using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Dataplane.Benchmarks.Native;

/// <summary>
/// A program with its environment, made once and started many times. Measured is what a runtime waits for: spawn,
/// input, output to its end, exit. The child belongs to the network namespace the calling thread is in.
/// </summary>
internal sealed unsafe class Child
{
    // Of whichever child the thread runs.
    [ThreadStatic]
    private static byte[]? s_output;
    private readonly byte[] _path;
    private readonly nint _argv;
    private readonly nint _envp;
    private byte[] _input;

    /// <summary>Lays the arguments out in native memory, where they stay.</summary>
    public Child(IReadOnlyList<string> arguments, IEnumerable<string> environment, string input)
    {
        _path = Encoding.UTF8.GetBytes(arguments[0] + '\0');
        _input = Encoding.UTF8.GetBytes(input);
        _argv = Strings(arguments);
        _envp = Strings([.. environment]);
    }

    /// <summary>What it reads.</summary>
    public string Input
    {
        set => _input = Encoding.UTF8.GetBytes(value);
    }

    /// <summary>What it wrote the last time.</summary>
    public string Output { get; private set; } = string.Empty;

    /// <summary>Runs it once.</summary>
    /// <returns>Nanoseconds from before the spawn to after the wait.</returns>
    /// <exception cref="InvalidOperationException">It failed; the message has its output.</exception>
    public double Run()
    {
        int* stdin = stackalloc int[2];
        int* stdout = stackalloc int[2];
        byte* actions = stackalloc byte[LibC.FileActionsSize];
        int pid, status;
        int length = 0;
        byte[] buffer = s_output ??= new byte[64 * 1024];
        Check(LibC.pipe2(stdin, LibC.O_CLOEXEC), "pipe2");
        Check(LibC.pipe2(stdout, LibC.O_CLOEXEC), "pipe2");
        _ = LibC.posix_spawn_file_actions_init(actions);
        _ = LibC.posix_spawn_file_actions_adddup2(actions, stdin[0], 0);
        _ = LibC.posix_spawn_file_actions_adddup2(actions, stdout[1], 1);

        // The configuration fits into the pipe, so it is there when the child asks.
        fixed (byte* input = _input)
        {
            Check((int)LibC.write(stdin[1], input, _input.Length), "write");
        }

        _ = LibC.close(stdin[1]);
        long start = Stopwatch.GetTimestamp();
        fixed (byte* path = _path)
        {
            int error = LibC.posix_spawn(&pid, path, actions, null, (byte**)_argv, (byte**)_envp);
            if (error != 0)
            {
                throw new InvalidOperationException($"posix_spawn {Encoding.UTF8.GetString(_path)}: errno {error}");
            }
        }

        _ = LibC.close(stdout[1]);
        fixed (byte* output = buffer)
        {
            nint count;
            while ((count = LibC.read(stdout[0], output + length, buffer.Length - length)) > 0)
            {
                length += (int)count;
            }
        }

        Check(LibC.waitpid(pid, &status, 0), "waitpid");
        double elapsed = Stopwatch.GetElapsedTime(start).TotalNanoseconds;
        _ = LibC.close(stdout[0]);
        _ = LibC.close(stdin[0]);
        _ = LibC.posix_spawn_file_actions_destroy(actions);
        Output = Encoding.UTF8.GetString(buffer, 0, length);
        return status == 0
            ? elapsed
            : throw new InvalidOperationException($"{Encoding.UTF8.GetString(_path).TrimEnd('\0')}: wait status {status}: {Output}");
    }

    private static nint Strings(IReadOnlyList<string> strings)
    {
        nint table = Marshal.AllocHGlobal((strings.Count + 1) * sizeof(nint));
        for (int i = 0; i < strings.Count; i++)
        {
            Marshal.WriteIntPtr(table, i * sizeof(nint), Marshal.StringToCoTaskMemUTF8(strings[i]));
        }

        Marshal.WriteIntPtr(table, strings.Count * sizeof(nint), 0);
        return table;
    }

    private static void Check(int result, string call)
    {
        if (result < 0)
        {
            throw new InvalidOperationException($"{call}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }
}
