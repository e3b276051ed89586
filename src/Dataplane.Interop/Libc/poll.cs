using System.Runtime.InteropServices;

namespace Dataplane.Interop;

public static unsafe partial class LibC
{
    /// <summary>There is data to read.</summary>
    public const short POLLIN = 1;

    /// <summary>poll(2).</summary>
    /// <returns>How many descriptors have events, 0 after the timeout, or -1 and errno.</returns>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int poll(pollfd* fds, nuint nfds, int timeout);

    /// <summary>struct pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct pollfd
    {
        /// <summary>The descriptor.</summary>
        public int fd;

        /// <summary>Events asked for.</summary>
        public short events;

        /// <summary>Events that happened.</summary>
        public short revents;
    }
}
