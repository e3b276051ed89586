using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>Finds a device of the host by what a configuration says of it.</summary>
public static class HostDevices
{
    private const string Devices = "/sys/devices/";

    // Drivers by which a program drives the device itself (DPDK).
    private static readonly string[] UserSpaceDrivers = ["vfio-pci", "uio_pci_generic", "igb_uio"];

    /// <summary>Where the kernel lists devices by their bus; tests have one of their own.</summary>
    internal static string Bus { get; set; } = "/sys/bus";

    /// <summary>Whether there is a PCI device.</summary>
    /// <param name="address">"0000:af:06.0".</param>
    public static bool HasPci(string address) => Directory.Exists(PathOf("pci", address));

    /// <summary>Whether there is an auxiliary device.</summary>
    /// <param name="name">"mlx5_core.sf.4".</param>
    public static bool HasAuxiliary(string name) => Directory.Exists(PathOf("auxiliary", name));

    /// <summary>Whether a PCI device has a driver in user space.</summary>
    /// <param name="address">"0000:af:06.0".</param>
    /// <exception cref="NodeException">It has none at all, or there is no such device.</exception>
    public static bool IsInUserSpace(string address)
    {
        string link = $"{PathOf("pci", address)}/driver";
        return new FileInfo(link).LinkTarget is { } target
            ? Array.IndexOf(UserSpaceDrivers, Path.GetFileName(target)) >= 0
            : throw new NodeException($"error with host device: lstat {link}: no such file or directory");
    }

    /// <summary>The device.</summary>
    internal static LinkInfo Find(RtnlSocket rtnl, HostDeviceChoice choice)
    {
        LinkInfo? link = null;
        if (choice.Device.Length > 0)
        {
            link = rtnl.FindLinkByAnyName(choice.Device) ?? throw Missing("Link not found");
        }
        else if (choice.HardwareAddress.Length > 0)
        {
            MacAddress mac = MacAddress.TryParse(choice.HardwareAddress, out MacAddress parsed)
                ? parsed
                : throw Missing($"failed to parse MAC address \"{choice.HardwareAddress}\": address {choice.HardwareAddress}: invalid MAC address");
            link = rtnl.DumpLinks().Find(l => l.Mac.Equals(mac));
        }
        else if (choice.KernelPath.Length > 0)
        {
            link = First(rtnl, KernelNetDirectory(choice.KernelPath), $"failed to find network devices at \"{choice.KernelPath}/net\"");
        }
        else if (choice.PciAddress.Length > 0)
        {
            link = First(rtnl, PciNetDirectory(choice.PciAddress), $"failed to find device name for pci address {choice.PciAddress}");
        }
        else if (choice.Auxiliary.Length > 0)
        {
            link = First(rtnl, $"{PathOf("auxiliary", choice.Auxiliary)}/net", $"failed to find network device for auxiliary device {choice.Auxiliary}");
        }

        return link ?? throw Missing("failed to find physical interface");
    }

    private static string KernelNetDirectory(string path)
    {
        // ".." would lead out of it.
        if (!path.StartsWith(Devices, StringComparison.Ordinal) || Path.GetFullPath(path) != path.TrimEnd('/'))
        {
            throw Missing($"kernel device path \"{path}\" must be absolute and begin with {Devices}");
        }

        return $"{path}/net";
    }

    private static string PciNetDirectory(string address)
    {
        string device = PathOf("pci", address);
        if (Directory.Exists($"{device}/net"))
        {
            return $"{device}/net";
        }

        // A virtio device is a child of the PCI device.
        foreach (string child in Sorted(device))
        {
            if (Path.GetFileName(child).StartsWith("virtio", StringComparison.Ordinal) && Directory.Exists($"{child}/net"))
            {
                return $"{child}/net";
            }
        }

        throw Missing($"no net directory under pci device {address}");
    }

    private static LinkInfo First(RtnlSocket rtnl, string directory, string otherwise)
    {
        foreach (string entry in Sorted(directory))
        {
            // The directory may list another namespace's.
            if (rtnl.FindLink(Path.GetFileName(entry)) is { } link)
            {
                return link;
            }
        }

        throw Missing(otherwise);
    }

    private static string[] Sorted(string directory)
    {
        if (!Directory.Exists(directory))
        {
            return [];
        }

        string[] entries = Directory.GetFileSystemEntries(directory);
        Array.Sort(entries, StringComparer.Ordinal);
        return entries;
    }

    // What is no name of one directory is none that exists.
    private static string PathOf(string bus, string name) =>
        name.Contains('/', StringComparison.Ordinal) || name is "" or "." or ".." ? $"{Bus}/{bus}/devices/invalid/name" : $"{Bus}/{bus}/devices/{name}";

    private static NodeException Missing(string why) => new($"failed to find host device: {why}");
}
