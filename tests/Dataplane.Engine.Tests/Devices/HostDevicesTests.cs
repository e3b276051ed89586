using Dataplane.Netlink;
using Dataplane.TestKit;

namespace Dataplane.Engine.Tests.Devices;

/// <summary>A device of the host is found by each of the ways to name it. The buses are the test's own; the devices are real.</summary>
public sealed class HostDevicesTests : IDisposable
{
    private readonly string _bus = Directory.CreateTempSubdirectory("dptest-bus").FullName;
    private readonly string _before = HostDevices.Bus;

    public HostDevicesTests() => HostDevices.Bus = _bus;

    public void Dispose()
    {
        HostDevices.Bus = _before;
        Directory.Delete(_bus, recursive: true);
    }

    [NeedsFact(Needs.Namespaces)]
    public void By_name_address_bus_and_function()
    {
        using var bed = new NodeBed();
        bed.Host.Ip("link", "add", "nic7", "address", "02:00:00:00:07:07", "type", "bridge");
        bed.Host.Ip("link", "property", "add", "dev", "nic7", "altname", "enp175s6-of-the-second-socket");
        // The directory lists a device of another namespace as well.
        Directory.CreateDirectory(Path.Combine(_bus, "pci/devices/0000:af:06.0/net/elsewhere"));
        Directory.CreateDirectory(Path.Combine(_bus, "pci/devices/0000:af:06.0/net/nic7"));
        Directory.CreateDirectory(Path.Combine(_bus, "pci/devices/0000:00:03.0/virtio1/net/nic7"));
        Directory.CreateDirectory(Path.Combine(_bus, "pci/devices/0000:00:04.0"));
        Directory.CreateDirectory(Path.Combine(_bus, "auxiliary/devices/mlx5_core.sf.4/net/nic7"));
        using NetworkNamespace host = NetworkNamespace.Open(bed.Host.Path);
        using RtnlSocket rtnl = RtnlSocket.Open(host);
        var none = new HostDeviceChoice("", "", "", "", "");
        foreach (HostDeviceChoice choice in (HostDeviceChoice[])
        [
            none with { Device = "nic7" }, none with { Device = "enp175s6-of-the-second-socket" }, none with { HardwareAddress = "02:00:00:00:07:07" },
            none with { PciAddress = "0000:af:06.0" }, none with { PciAddress = "0000:00:03.0" }, none with { Auxiliary = "mlx5_core.sf.4" },
            // The first that is not empty decides.
            new HostDeviceChoice("nic7", "02:00:00:00:08:08", "/tmp", "none", "none"),
        ])
        {
            Assert.Equal("nic7", HostDevices.Find(rtnl, choice).Name);
        }

        foreach ((HostDeviceChoice choice, string message) in ((HostDeviceChoice, string)[])
        [
            (none with { Device = "nic8" }, "failed to find host device: Link not found"),
            (none with { HardwareAddress = "02:00:00:00:08:08" }, "failed to find host device: failed to find physical interface"),
            (none with { KernelPath = "/sys/devices/../../tmp" }, "failed to find host device: kernel device path \"/sys/devices/../../tmp\" must be absolute and begin with /sys/devices/"),
            (none with { KernelPath = "sys/devices/virtual" }, "failed to find host device: kernel device path \"sys/devices/virtual\" must be absolute and begin with /sys/devices/"),
            (none with { PciAddress = "0000:00:04.0" }, "failed to find host device: no net directory under pci device 0000:00:04.0"),
            (none with { PciAddress = "../devices/0000:af:06.0" }, "failed to find host device: no net directory under pci device ../devices/0000:af:06.0"),
            (none with { Auxiliary = "mlx5_core.sf.5" }, "failed to find host device: failed to find network device for auxiliary device mlx5_core.sf.5"),
        ])
        {
            Assert.Equal(message, Assert.Throws<NodeException>(() => HostDevices.Find(rtnl, choice)).Message);
        }
    }

    [Fact]
    public void What_makes_a_tap_with_a_label_says_what_it_makes()
    {
        Assert.Equal(["tuntap", "add", "mode", "tap", "name", "eth0"], TapMaker.Arguments("eth0", new TapOptions()));
        Assert.Equal(
            ["tuntap", "add", "mode", "tap", "name", "eth0", "multi_queue", "user", "0", "group", "4711"],
            TapMaker.Arguments("eth0", new TapOptions { MultiQueue = true, Owner = 0, Group = 4711 }));
    }
}
