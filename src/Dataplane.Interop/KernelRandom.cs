using System.Runtime.InteropServices;

namespace Dataplane.Interop;

/// <summary>getrandom(2). System.Security.Cryptography would load libssl and libcrypto first.</summary>
public static unsafe partial class KernelRandom
{
    /// <summary>Fills a buffer.</summary>
    /// <param name="buffer">At most 256 bytes, which the kernel fills in one call.</param>
    /// <exception cref="LinuxException">The kernel has no getrandom(2).</exception>
    public static void Fill(Span<byte> buffer)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(buffer.Length, 256);
        fixed (byte* start = buffer)
        {
            if (getrandom(start, (nuint)buffer.Length, 0) != buffer.Length)
            {
                throw new LinuxException("getrandom", "", Marshal.GetLastPInvokeError());
            }
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint getrandom(byte* buf, nuint buflen, uint flags);
}
