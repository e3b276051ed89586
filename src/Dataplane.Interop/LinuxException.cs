using System.Runtime.InteropServices;

namespace Dataplane.Interop;

/// <summary>A system call failed: which one, on what, and why: "open /x: No such file or directory (ENOENT)".</summary>
/// <param name="operation">The call, by its C name.</param>
/// <param name="subject">What it was made on: a path, a device.</param>
/// <param name="errno">The error number.</param>
public sealed class LinuxException(string operation, string subject, int errno)
    : Exception($"{operation} {subject}: {Marshal.GetPInvokeErrorMessage(errno)} ({ErrnoNames.Of(errno)})")
{
    /// <summary>The call, by its C name.</summary>
    public string Operation { get; } = operation;

    /// <summary>What it was made on.</summary>
    public string Subject { get; } = subject;

    /// <summary>The error number.</summary>
    public int Errno { get; } = errno;
}
