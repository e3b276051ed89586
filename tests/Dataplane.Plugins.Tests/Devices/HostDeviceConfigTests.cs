using Dataplane.Cni;
using Dataplane.Engine;

namespace Dataplane.Plugins.Tests.Devices;

/// <summary>The host-device plugin's configuration, on buses of its own: precedence, the runtime's device, drivers in user space.</summary>
public sealed class HostDeviceConfigTests : IDisposable
{
    private const string Nic = "0000:af:06.0", Vfio = "0000:af:06.1", NoDriver = "0000:af:06.2", Function = "mlx5_core.sf.4";
    private readonly string _bus = Directory.CreateTempSubdirectory("dptest-bus").FullName;
    private readonly string _before = HostDevices.Bus;

    public HostDeviceConfigTests()
    {
        Device("pci", Nic, "ixgbevf");
        Device("pci", Vfio, "vfio-pci");
        Device("pci", NoDriver, null);
        Device("auxiliary", Function, "mlx5_core.sf");
        HostDevices.Bus = _bus;
    }

    public void Dispose()
    {
        HostDevices.Bus = _before;
        Directory.Delete(_bus, recursive: true);
    }

    [Theory]
    [InlineData(""" "device": "nic7" """)]
    [InlineData(""" "HWADDR": "02:00:00:00:07:07" """)]
    [InlineData(""" "kernelpath": "/sys/devices/pci0000:00/0000:00:03.0" """)]
    [InlineData(""" "pciBusID": "0000:af:06.0" """)]
    [InlineData(""" "runtimeConfig": {"deviceID": "mlx5_core.sf.4"} """)]
    public void One_of_the_five_is_enough(string fields) => Assert.False(Parse(fields).InUserSpace);

    [Fact]
    public void None_of_them_is_refused() => Assert.Equal(
        "specify either \"device\", \"hwaddr\", \"kernelpath\" or \"pciBusID\"", Assert.Throws<CniException>(() => Parse("")).Message);

    [Theory]
    [InlineData(Nic, false)]
    [InlineData(Vfio, true)]
    public void A_driver_in_user_space_is_seen(string address, bool expected)
    {
        Assert.Equal(expected, Parse($"\"pciBusID\": \"{address}\"").InUserSpace);
        Assert.Equal(expected, Parse($$""" "runtimeConfig": {"deviceID": "{{address}}"} """).InUserSpace);
    }

    [Theory]
    [InlineData(NoDriver)]
    [InlineData("0000:ff:1f.7")]
    [InlineData("../../etc")]
    public void A_PCI_device_without_a_driver_is_refused(string address) => Assert.StartsWith(
        "error with host device: lstat ", Assert.Throws<CniException>(() => Parse($"\"pciBusID\": \"{address}\"")).Message, StringComparison.Ordinal);

    [Fact]
    public void The_runtimes_device_takes_the_place_of_the_configurations()
    {
        HostDeviceChoice pci = Parse($$""" "pciBusID": "{{Nic}}", "runtimeConfig": {"deviceID": "{{Vfio}}"} """).Choice;
        Assert.Equal((Vfio, ""), (pci.PciAddress, pci.Auxiliary));

        HostDeviceChoice function = Parse($$""" "pciBusID": "{{Vfio}}", "runtimeConfig": {"deviceID": "{{Function}}"} """).Choice;
        Assert.Equal(("", Function), (function.PciAddress, function.Auxiliary));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("..")]
    [InlineData("../pci/devices/0000:af:06.0")]
    public void A_runtimes_device_of_no_bus_is_refused(string id) => Assert.Equal(
        $"runtime config DeviceID {id} not found or unsupported",
        Assert.Throws<CniException>(() => Parse($$""" "runtimeConfig": {"deviceID": "{{id}}"} """)).Message);

    [Theory]
    [InlineData(""" "device": 7 """)]
    [InlineData(""" "hwaddr": {} """)]
    [InlineData(""" "kernelpath": [] """)]
    [InlineData(""" "pciBusID": true """)]
    public void A_field_of_another_type_is_refused_by_every_command(string fields)
    {
        using var call = new Call(new ProcessEnvironment());
        var plugin = new HostDevicePlugin(call);
        foreach (Action<CniRequest> command in (Action<CniRequest>[])[r => plugin.Add(r), plugin.Del, plugin.Check, plugin.Status])
        {
            Assert.StartsWith("failed to load netconf: json: cannot unmarshal",
                Assert.Throws<CniException>(() => command(DeviceRequests.Of("host-device", fields))).Message, StringComparison.Ordinal);
        }
    }

    private static HostDeviceRequest Parse(string fields) => HostDeviceConfig.Parse(DeviceRequests.Of("host-device", fields)).Request;

    private void Device(string bus, string name, string? driver)
    {
        string device = Path.Combine(_bus, bus, "devices", name);
        Directory.CreateDirectory(device);
        if (driver is not null)
        {
            string path = Path.Combine(_bus, bus, "drivers", driver);
            Directory.CreateDirectory(path);
            File.CreateSymbolicLink(Path.Combine(device, "driver"), path);
        }
    }
}
