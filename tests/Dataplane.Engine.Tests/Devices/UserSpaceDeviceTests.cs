using Dataplane.TestKit;

namespace Dataplane.Engine.Tests.Devices;

/// <summary>host-device of a PCI device that a driver in user space has: nothing was moved, and what the container made itself under the interface's name is its own.</summary>
public sealed class UserSpaceDeviceTests : IDisposable
{
    private const Needs What = Needs.Namespaces | Needs.OurPlugins;
    private const string Vfio = "0000:af:06.1", Nic = "0000:af:06.2", NoDriver = "0000:af:06.3";
    private readonly NodeBed _bed = new(pods: 1);
    private readonly PluginRunner _plugins;

    public UserSpaceDeviceTests()
    {
        Device(Vfio, "vfio-pci");
        Device(Nic, "e1000e");
        Device(NoDriver, null);
        _plugins = new PluginRunner(_bed.Host, OurPlugins.Directory) { Binds = new Dictionary<string, string> { ["/sys/bus/pci"] = $"{_bed.Scratch}/pci" } };
    }

    public void Dispose() => _bed.Dispose();

    [NeedsTheory(What)]
    // The driver may have been unbound since; then the record says it.
    [InlineData(Vfio, true)]
    [InlineData(NoDriver, true)]
    [InlineData(Vfio, false)]
    public void DEL_leaves_the_containers_own_device_and_gives_the_address_back(string at, bool recorded)
    {
        _plugins.Add("host-device", Config(Vfio), "c1", _bed.Pods[0]).OrThrow();
        Assert.Equal(["10.1.2.2"], LeaseFacts.Addresses(_bed.DataDirectory));
        _bed.Pods[0].Ip("link", "add", "eth0", "type", "veth", "peer", "name", "far");
        if (!recorded)
        {
            File.Delete($"{_bed.RunDirectory}/attachments/c1:eth0");
        }

        _plugins.Del("host-device", Config(at), "c1", _bed.Pods[0]).OrThrow();

        Assert.Contains("eth0", _bed.Pods[0].Ip("link"), StringComparison.Ordinal);
        Assert.Empty(LeaseFacts.Addresses(_bed.DataDirectory));
        Assert.Empty(Directory.EnumerateFiles($"{_bed.RunDirectory}/attachments"));
    }

    /// <summary>As the reference: a device without a record and without its name is nobody's to move, and the DEL that cannot is to be seen.</summary>
    [NeedsTheory(What), InlineData(Nic), InlineData(NoDriver), InlineData("0000:af:06.4")]
    public void Without_a_record_a_device_that_is_not_known_fails_DEL(string at)
    {
        _bed.Pods[0].Ip("link", "add", "eth0", "type", "veth", "peer", "name", "far");

        PluginResult result = _plugins.Del("host-device", Config(at), "c1", _bed.Pods[0]);

        Assert.Equal("failed to find original ifname for \"eth0\" (alias is not set)", result.ErrorMessage);
    }

    private string Config(string pci) =>
        $$$"""{"cniVersion":"1.1.0","name":"net1","type":"host-device","pciBusID":"{{{pci}}}","ipam":{"type":"host-local","dataDir":"{{{_bed.DataDirectory}}}","subnet":"10.1.2.0/24"}}""";

    private void Device(string address, string? driver)
    {
        string directory = Directory.CreateDirectory($"{_bed.Scratch}/pci/devices/{address}").FullName;
        if (driver is not null)
        {
            Directory.CreateDirectory($"{_bed.Scratch}/pci/drivers/{driver}");
            Directory.CreateSymbolicLink($"{directory}/driver", $"../../drivers/{driver}");
        }
    }
}
