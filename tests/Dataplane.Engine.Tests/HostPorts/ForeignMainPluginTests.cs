using Dataplane.Abi;
using Dataplane.TestKit;

namespace Dataplane.Engine.Tests.HostPorts;

/// <summary>portmap behind a main plugin that is not ours: the container's veth gets an endpoint for as long as it has host ports.</summary>
public sealed class ForeignMainPluginTests : IDisposable
{
    private const Needs What = Needs.Namespaces | Needs.OurPlugins;
    private const string Previous = """{"cniVersion":"1.1.0","ips":[{"address":"10.1.2.9/24"}]}""";
    private readonly PortmapBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [NeedsFact(What | Needs.ReferencePlugins)]
    public void A_veth_of_the_references_bridge_is_an_endpoint_while_it_has_ports()
    {
        string attached = _bed.Attach("c1", 0, foreign: true);
        Assert.False(Directory.Exists(_bed.Node.PinDirectory));

        _bed.Map("c1", 0, attached, "8080:80/tcp").OrThrow();

        (uint ifIndex, Endpoint endpoint) = Assert.Single(_bed.Endpoints());
        Assert.Equal(EndpointFlags.L2 | EndpointFlags.FastPathOff, endpoint.Flags);
        Assert.Equal(IndexOf("br0"), endpoint.Domain);
        Assert.All(_bed.Entries(), row => Assert.Equal((ifIndex, endpoint.Generation), (row.Value.Endpoint.Ifindex, row.Value.Endpoint.Generation)));
        Assert.Equal(2, Filters());
        _bed.Check("c1", 0, attached, "8080:80/tcp").OrThrow();

        _bed.Unmap("c1").OrThrow();

        Assert.Empty(_bed.Endpoints());
        Assert.Empty(_bed.Entries());
        Assert.Equal(0, Filters());
        _bed.Detach("c1", 0, foreign: true);
        LeakCheck.AssertClean(_bed.Node);
    }

    [NeedsFact(What | Needs.ReferencePlugins)]
    public void A_repeated_ADD_keeps_one_endpoint()
    {
        string attached = _bed.Attach("c1", 0, foreign: true);
        _bed.Map("c1", 0, attached, "8080:80/tcp").OrThrow();

        _bed.Map("c1", 0, attached, "0.0.0.0 8081:80/tcp").OrThrow();

        uint generation = Assert.Single(_bed.Endpoints()).Row.Generation;
        Assert.Equal(generation, Assert.Single(_bed.Entries()).Value.Endpoint.Generation);
        Assert.Equal(2, Filters());
    }

    [NeedsFact(What | Needs.ReferencePlugins)]
    public void Its_port_is_free_once_its_device_is_gone()
    {
        string first = _bed.Attach("c1", 0, foreign: true), second = _bed.Attach("c2", 1, foreign: true);
        _bed.Map("c1", 0, first, "8080:80/tcp").OrThrow();
        Assert.False(_bed.Map("c2", 1, second, "8080:80/tcp").Succeeded);
        Assert.Single(_bed.Endpoints());
        _bed.Detach("c1", 0, foreign: true);

        _bed.Map("c2", 1, second, "8080:80/tcp").OrThrow();
        _bed.Unmap("c1").OrThrow();

        Assert.Equal(2, _bed.Entries().Count);
        Assert.Single(_bed.Endpoints());
    }

    [NeedsFact(What | Needs.ReferencePlugins)]
    public void A_filter_of_others_is_not_replaced()
    {
        string attached = _bed.Attach("c1", 0, foreign: true);
        string veth = HostVeth();
        _bed.Node.Host.Exec("tc", "qdisc", "add", "dev", veth, "clsact").OrThrow();
        string program = Path.Combine(Repository.Root, "build/bpf/to_pod.bpf.o");
        _bed.Node.Host.Exec("tc", "filter", "add", "dev", veth, "ingress", "prio", "1", "handle", "1", "bpf", "da", "obj", program, "sec", "tc").OrThrow();

        PluginResult result = _bed.Map("c1", 0, attached, "8080:80/tcp");

        Assert.Contains("at priority 1, where the node's programs go", result.ErrorMessage, StringComparison.Ordinal);
        Assert.Empty(_bed.Endpoints());
        Assert.Empty(_bed.Entries());
    }

    [NeedsFact(What)]
    public void Ports_cannot_lead_to_what_is_no_veth()
    {
        _bed.Node.Pods[0].Ip("link", "add", "eth0", "type", "bridge");

        PluginResult result = _bed.Map("c1", 0, Previous, "8080:80/tcp");

        Assert.Equal("host ports cannot lead to \"eth0\", which is of the kind bridge: they need a veth, as bridge and ptp make it", result.ErrorMessage);
        Assert.Empty(_bed.Entries());
        _bed.Map("c1", 0, Previous).OrThrow();
    }

    [NeedsFact(What)]
    public void Ports_cannot_lead_to_a_veth_whose_other_end_is_elsewhere()
    {
        // The same index on the host is a veth too: only the namespace tells.
        using TestNamespace elsewhere = TestNamespace.Create("else");
        elsewhere.Ip("link", "add", "out0", "index", "77", "type", "veth", "peer", "name", "eth0", "netns", _bed.Node.Pods[0].Name);
        _bed.Node.Host.Ip("link", "add", "veth77", "index", "77", "type", "veth", "peer", "name", "veth78");

        PluginResult result = _bed.Map("c1", 0, Previous, "8080:80/tcp");

        Assert.Equal("host ports cannot lead to \"eth0\": the other end of its veth is not on this host", result.ErrorMessage);
    }

    [NeedsFact(What)]
    public void Without_the_interface_there_is_nothing_to_lead_to()
    {
        PluginResult result = _bed.Map("c1", 0, Previous, "8080:80/tcp");

        Assert.Equal("the container has no interface \"eth0\": the main plugin before this one makes it", result.ErrorMessage);
    }

    private string HostVeth() => _bed.Node.Host.Run(static () => Directory.GetFiles("/proc/sys/net/ipv4/conf", "veth*").Concat(Directory.GetDirectories("/proc/sys/net/ipv4/conf", "veth*")).Select(Path.GetFileName).Single()!);

    private uint IndexOf(string device) => uint.Parse(_bed.Node.Host.Ip("-o", "link", "show", device).Split(':')[0]);

    private int Filters()
    {
        string veth = HostVeth();
        return new[] { "ingress", "egress" }.Sum(direction =>
            _bed.Node.Host.Exec("tc", "filter", "show", "dev", veth, direction).StdoutText.Split('\n').Count(static line => line.Contains("dp_", StringComparison.Ordinal)));
    }
}
