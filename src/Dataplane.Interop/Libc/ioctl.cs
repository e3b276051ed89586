using System.Runtime.InteropServices;

namespace Dataplane.Interop;

public static unsafe partial class LibC
{
    /// <summary>A descriptor of the network namespace a socket belongs to; close-on-exec. Needs CAP_NET_ADMIN there.</summary>
    public const uint SIOCGSKNS = 0x894c;

    /// <summary>ioctl(2), for requests without an argument.</summary>
    /// <returns>What the request returns, or -1 and errno.</returns>
    public static int ioctl(int fd, uint request) => ioctl(fd, request, null);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(int fd, nuint request, void* argp);
}
