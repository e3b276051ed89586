using System.Runtime.InteropServices;
using System.Text;

namespace Dataplane.Interop;

/// <summary>Tap devices (Documentation/networking/tuntap.rst): what rtnetlink cannot make.</summary>
public static unsafe class TapDevice
{
    /// <summary>The file of the kernel's driver.</summary>
    public const string Driver = "/dev/net/tun";

    private const uint TUNSETIFF = 0x400454ca;
    private const uint TUNSETPERSIST = 0x400454cb;
    private const uint TUNSETOWNER = 0x400454cc;
    private const uint TUNSETGROUP = 0x400454ce;
    private const ushort IFF_TAP = 0x0002;
    private const ushort IFF_MULTI_QUEUE = 0x0100;
    private const ushort IFF_NO_PI = 0x1000;
    private const ushort IFF_VNET_HDR = 0x4000;
    private const ushort IFF_TUN_EXCL = 0x8000;

    // struct ifreq: a name, then a union of 24 bytes.
    private const int IfreqSize = LibC.IFNAMSIZ + 24;

    /// <summary>Makes a device in the calling thread's namespace that stays when nobody has it open.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="multiQueue">Several may read and write it at once.</param>
    /// <param name="headers">Frames come with a header for offloads (struct virtio_net_hdr).</param>
    /// <param name="owner">The user that may open it; null: who has CAP_NET_ADMIN.</param>
    /// <param name="group">The group that may; null: none.</param>
    /// <exception cref="LinuxException">EBUSY when the name is taken; ENOENT of the driver's file when the kernel has none.</exception>
    public static void Create(string name, bool multiQueue, bool headers, uint? owner, uint? group)
    {
        using FileDescriptor tun = Open();
        byte* request = stackalloc byte[IfreqSize];
        new Span<byte>(request, IfreqSize).Clear();
        _ = Encoding.UTF8.GetBytes(name, new Span<byte>(request, LibC.IFNAMSIZ - 1));
        // Exclusively: without it the device of somebody else would be opened.
        *(ushort*)(request + LibC.IFNAMSIZ) = (ushort)(IFF_TAP | IFF_NO_PI | IFF_TUN_EXCL
            | (multiQueue ? IFF_MULTI_QUEUE : 0) | (headers ? IFF_VNET_HDR : 0));
        Ask(tun, TUNSETIFF, request, "TUNSETIFF");
        if (owner is { } user)
        {
            Ask(tun, TUNSETOWNER, (void*)(nuint)user, "TUNSETOWNER");
        }

        if (group is { } users)
        {
            Ask(tun, TUNSETGROUP, (void*)(nuint)users, "TUNSETGROUP");
        }

        // Until now it ends with this descriptor.
        Ask(tun, TUNSETPERSIST, (void*)1, "TUNSETPERSIST");
    }

    /// <summary>Throws unless the kernel has the driver.</summary>
    /// <exception cref="LinuxException">The file cannot be opened.</exception>
    public static void Verify() => Open().Dispose();

    private static FileDescriptor Open()
    {
        int fd = LibC.open(Driver, LibC.O_RDWR | LibC.O_CLOEXEC);
        return fd >= 0 ? new FileDescriptor(fd) : throw new LinuxException("open", Driver, Marshal.GetLastPInvokeError());
    }

    private static void Ask(FileDescriptor tun, uint what, void* argument, string name)
    {
        if (LibC.ioctl(tun.Number, what, argument) < 0)
        {
            throw new LinuxException("ioctl", name, Marshal.GetLastPInvokeError());
        }
    }
}
