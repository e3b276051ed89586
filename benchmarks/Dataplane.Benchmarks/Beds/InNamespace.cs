using System.Runtime.InteropServices;
using Dataplane.Benchmarks.Native;

namespace Dataplane.Benchmarks.Beds;

/// <summary>The calling thread in a network namespace until it is disposed of.</summary>
internal readonly ref struct InNamespace
{
    private readonly int _before;

    public InNamespace(string path)
    {
        _before = Open("/proc/thread-self/ns/net");
        int target = Open(path);
        Set(target);
        _ = LibC.close(target);
    }

    public void Dispose()
    {
        Set(_before);
        _ = LibC.close(_before);
    }

    private static int Open(string path)
    {
        int fd = LibC.open(path, LibC.O_CLOEXEC);
        return fd >= 0 ? fd : throw new InvalidOperationException($"open {path}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    private static void Set(int fd)
    {
        if (LibC.setns(fd, LibC.CLONE_NEWNET) != 0)
        {
            throw new InvalidOperationException($"setns: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }
}
