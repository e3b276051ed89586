using System.Runtime.InteropServices;

namespace Dataplane.Interop;

public static unsafe partial class LibC
{
    /// <summary>A descriptor of the network namespace a socket belongs to; close-on-exec. Needs CAP_NET_ADMIN there.</summary>
    public const uint SIOCGSKNS = 0x894c;

    /// <summary>The name of the interface index in a struct ifreq, netdevice(7). It takes no lock of the network configuration.</summary>
    public const uint SIOCGIFNAME = 0x8910;

    /// <summary>Whether calls on the descriptor block.</summary>
    public const uint FIONBIO = 0x5421;

    /// <summary>Bytes of an interface's name with its end: where the union of a struct ifreq begins.</summary>
    public const int IFNAMSIZ = 16;

    /// <summary>ioctl(2), for requests without an argument.</summary>
    /// <returns>What the request returns, or -1 and errno.</returns>
    public static int ioctl(int fd, uint request) => ioctl(fd, request, null);

    /// <summary>ioctl(2).</summary>
    /// <returns>What the request returns, or -1 and errno.</returns>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int ioctl(int fd, nuint request, void* argp);
}
