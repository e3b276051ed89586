using Dataplane.Abi;
using Dataplane.TestKit;

namespace Dataplane.Engine.Tests.HostPorts;

/// <summary>CHECK of portmap: every row, its owner, and the programs that read them.</summary>
public sealed class HostPortCheckTests : IDisposable
{
    private const Needs What = Needs.Namespaces | Needs.OurPlugins;
    private static readonly string[] s_mappings = ["8080:80/tcp", "192.0.2.1 53:53/udp"];
    private readonly PortmapBed _bed = new();
    private string _attached = "";

    public void Dispose() => _bed.Dispose();

    [NeedsFact(What)]
    public void What_ADD_left_is_found()
    {
        Map();

        _bed.Check("c1", 0, _attached, s_mappings).OrThrow();
    }

    [NeedsFact(What)]
    public void A_row_that_is_gone_is_missed()
    {
        Map();
        _bed.Change(programs => programs.HostPorts.Delete(programs.HostPorts.Entries().Single(static row => row.Key.Protocol == 17).Key));

        Assert.Equal("hostPort 192.0.2.1:53/udp of c1:eth0 is not in the node's map; detach and attach the container again", Failure());
    }

    [NeedsFact(What)]
    public void A_row_that_leads_elsewhere_is_noticed()
    {
        Map();
        _bed.Change(static programs =>
        {
            (HostPortKey key, HostPortRow row) = programs.HostPorts.Entries().Single(static row => row.Key.Protocol == 17);
            row.Port++;
            programs.HostPorts.Update(key, row);
        });

        Assert.Equal("hostPort 192.0.2.1:53/udp of c1:eth0 is not what the configuration says; detach and attach the container again", Failure());
    }

    [NeedsFact(What)]
    public void A_row_of_another_container_is_noticed()
    {
        Map();
        _bed.Change(static programs =>
        {
            (HostPortKey key, HostPortRow row) = programs.HostPorts.Entries().Single(static row => row.Key.Protocol == 17);
            row.Owner++;
            programs.HostPorts.Update(key, row);
        });

        Assert.Equal(
            "hostPort 192.0.2.1:53/udp of c1:eth0 belongs to a container with the address 10.1.2.2:53; detach and attach the container again", Failure());
    }

    [NeedsFact(What)]
    public void A_mapping_that_was_never_added_is_missed()
    {
        Map();

        Assert.StartsWith("hostPort 81/tcp of c1:eth0 is not in the node's map", _bed.Check("c1", 0, _attached, "81:80/tcp").ErrorMessage, StringComparison.Ordinal);
    }

    [NeedsFact(What)]
    public void The_containers_filters_are_missed()
    {
        Map();
        string veth = _bed.Node.Host.Run(static () => Directory.GetDirectories("/proc/sys/net/ipv4/conf", "veth*").Select(Path.GetFileName).Single()!);
        _bed.Node.Host.Exec("tc", "filter", "delete", "dev", veth, "ingress").OrThrow();

        Assert.Contains("does not run the node's program dp_from_pod", Failure(), StringComparison.Ordinal);
    }

    [NeedsFact(What)]
    public void The_endpoint_is_missed()
    {
        Map();
        _bed.Change(static programs => programs.Endpoints.Delete(programs.Endpoints.Entries().Single().Key));

        Assert.Equal("the endpoint of c1:eth0 is not in the node's map; detach and attach the container again", Failure());
    }

    [NeedsFact(What | Needs.ReferencePlugins | Needs.Iptables | Needs.Ip6tables)]
    public void Ports_that_the_reference_mapped_are_not_expected_here()
    {
        _attached = _bed.Attach("c1", 0, foreign: true);
        _bed.MapByTheReference("c1", 0, _attached, s_mappings).OrThrow();

        _bed.Check("c1", 0, _attached, s_mappings).OrThrow();
        // Another container's are not this one's, and a chain that somebody has flushed maps nothing.
        string other = _bed.Attach("c2", 1, foreign: true);
        Assert.Equal(Unmapped("c2"), _bed.Check("c2", 1, other, s_mappings).ErrorMessage);
        foreach (string tool in (ReadOnlySpan<string>)["iptables", "ip6tables"])
        {
            _bed.Node.Host.Exec(tool, "-w", "-t", "nat", "-F").OrThrow();
        }

        Assert.Equal(Unmapped("c1"), Failure());
    }

    [NeedsFact(What)]
    public void Ports_that_nobody_mapped_are_missed()
    {
        _attached = _bed.Attach("c1", 0);
        Assert.Equal(Unmapped("c1"), Failure());
        _bed.Check("c1", 0, _attached).OrThrow();

        // The record is lost, or its ADD was killed.
        _bed.Map("c1", 0, _attached, s_mappings).OrThrow();
        string record = File.ReadAllText(_bed.Record("c1"));
        File.WriteAllText(_bed.Record("c1"), record[..^"done\n".Length]);
        Assert.Equal(Unmapped("c1"), Failure());
        File.WriteAllText(_bed.Record("c1"), record);
        _bed.Check("c1", 0, _attached, s_mappings).OrThrow();
        File.Delete(_bed.Record("c1"));
        Assert.Equal(Unmapped("c1"), Failure());
    }

    [NeedsFact(What)]
    public void STATUS_says_that_the_node_can() =>
        _bed.Plugins.Run(new PluginCall("portmap", "STATUS", PortmapBed.Config(null, []))).OrThrow();

    private void Map()
    {
        _attached = _bed.Attach("c1", 0);
        _bed.Map("c1", 0, _attached, s_mappings).OrThrow();
    }

    private static string Unmapped(string id) => $"the ports of {id}:eth0 are not mapped on this node; detach and attach the container again";

    private string Failure()
    {
        PluginResult result = _bed.Check("c1", 0, _attached, s_mappings);
        Assert.Equal(999u, result.ErrorCode);
        return result.ErrorMessage;
    }
}
