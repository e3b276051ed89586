using System.Diagnostics;
using System.Text;
using Dataplane.Abi;
using Dataplane.TestKit;

namespace Dataplane.Engine.Tests.HostPorts;

/// <summary>Who gets a port that two containers want, and what becomes of the ports of those that are gone.</summary>
public sealed class HostPortOwnerTests : IDisposable
{
    private const Needs What = Needs.Namespaces | Needs.OurPlugins;
    private readonly PortmapBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [NeedsFact(What)]
    public void A_living_containers_port_is_refused_before_anything_is_changed()
    {
        string first = _bed.Attach("c1", 0), second = _bed.Attach("c2", 1);
        _bed.Map("c1", 0, first, "8080:80/tcp").OrThrow();
        List<string> before = _bed.Rows();
        uint changes = _bed.Row().Mappings;

        PluginResult refused = _bed.Map("c2", 1, second, "81:81/tcp", "8080:80/tcp");

        Assert.Equal(999u, refused.ErrorCode);
        Assert.Equal("hostPort 8080/tcp is in use by container c1 (eth0, network net1): detach that one first, or choose another port or hostIP", refused.ErrorMessage);
        Assert.Equal(before, _bed.Rows());
        Assert.Equal(changes, _bed.Row().Mappings);
        Assert.False(File.Exists(_bed.Record("c2")));
    }

    [NeedsFact(What)]
    public void What_is_refused_leaves_the_containers_own_ports_as_they_are()
    {
        string first = _bed.Attach("c1", 0), second = _bed.Attach("c2", 1);
        _bed.Map("c1", 0, first, "8080:80/tcp").OrThrow();
        _bed.Map("c2", 1, second, "81:81/tcp").OrThrow();
        List<string> before = _bed.Rows();

        Assert.False(_bed.Map("c2", 1, second, "82:82/tcp", "8080:80/tcp").Succeeded);

        Assert.Equal(before, _bed.Rows());
        _bed.Check("c2", 1, second, "81:81/tcp").OrThrow();
    }

    [NeedsTheory(What)]
    [InlineData("8080:80/tcp", "8080:80/udp")]
    [InlineData("8080:80/tcp", "192.0.2.1 8080:80/tcp")]
    [InlineData("192.0.2.1 8080:80/tcp", "192.0.2.2 8080:80/tcp")]
    [InlineData("0.0.0.0 8080:80/tcp", ":: 8080:80/tcp")]
    public void Different_rows_do_not_meet(string one, string other)
    {
        string first = _bed.Attach("c1", 0), second = _bed.Attach("c2", 1);

        _bed.Map("c1", 0, first, one).OrThrow();
        _bed.Map("c2", 1, second, other).OrThrow();

        Assert.Equal(2, _bed.Entries().Select(static row => row.Value.Owner).Distinct().Count());
    }

    [NeedsFact(What)]
    public void The_port_of_a_container_whose_device_is_gone_goes_to_the_next()
    {
        string first = _bed.Attach("c1", 0), second = _bed.Attach("c2", 1);
        _bed.Map("c1", 0, first, "8080:80/tcp").OrThrow();
        _bed.Node.Pods[0].Ip("link", "delete", "eth0");
        Assert.Equal(2, _bed.Endpoints().Count);

        _bed.Map("c2", 1, second, "8080:80/tcp").OrThrow();

        AssertAllBelongTo("c2");
        _bed.Unmap("c1").OrThrow();
        Assert.Equal(2, _bed.Entries().Count);
        AssertAllBelongTo("c2");
    }

    [NeedsFact(What)]
    public void The_port_of_a_container_that_was_only_detached_goes_to_the_next()
    {
        string first = _bed.Attach("c1", 0), second = _bed.Attach("c2", 1);
        _bed.Map("c1", 0, first, "8080:80/tcp").OrThrow();
        _bed.Detach("c1", 0);

        _bed.Map("c2", 1, second, "8080:80/tcp").OrThrow();

        AssertAllBelongTo("c2");
    }

    [NeedsFact(What)]
    public void A_container_that_comes_again_gets_its_port_again()
    {
        string first = _bed.Attach("c1", 0);
        _bed.Map("c1", 0, first, "8080:80/tcp").OrThrow();
        _bed.Detach("c1", 0);
        string again = _bed.Attach("c1", 0);

        _bed.Map("c1", 0, again, "8080:80/tcp").OrThrow();

        uint generation = Assert.Single(_bed.Endpoints()).Row.Generation;
        Assert.All(_bed.Entries(), row => Assert.Equal(generation, row.Value.Endpoint.Generation));
    }

    [NeedsFact(What)]
    public void An_ADD_that_is_repeated_replaces_what_the_first_one_mapped()
    {
        string attached = _bed.Attach("c1", 0);
        _bed.Map("c1", 0, attached, "0.0.0.0 8080:80/tcp", "0.0.0.0 81:81/tcp").OrThrow();

        _bed.Map("c1", 0, attached, "0.0.0.0 8080:8000/tcp", "0.0.0.0 82:82/tcp").OrThrow();

        Assert.Equal(["0.0.0.0 8080/6 -> 10.1.2.2 8000", "0.0.0.0 82/6 -> 10.1.2.2 82"], _bed.Rows());
        _bed.Unmap("c1").OrThrow();
        Assert.Empty(_bed.Entries());
    }

    [NeedsFact(What)]
    public void Rows_without_a_record_are_their_containers_all_the_same()
    {
        string attached = _bed.Attach("c1", 0);
        _bed.Map("c1", 0, attached, "8080:80/tcp").OrThrow();
        File.Delete(_bed.Record("c1"));

        _bed.Map("c1", 0, attached, "8080:80/tcp").OrThrow();
        _bed.Unmap("c1").OrThrow();

        Assert.Empty(_bed.Entries());
    }

    [NeedsFact(What)]
    public void Of_those_that_want_a_port_at_once_one_gets_it()
    {
        using var bed = new PortmapBed(pods: 6);
        string[] attached = [.. bed.Node.Pods.Select((_, i) => bed.Attach($"c{i}", i))];
        PluginCall[] calls = [.. attached.Select((previous, i) => new PluginCall("portmap", "ADD", PortmapBed.Config(previous, ["8080:80/tcp", "53:53/udp"]))
        {
            ContainerId = $"c{i}", Netns = bed.Node.Pods[i].Path, IfName = "eth0",
        })];
        Process[] processes = [.. calls.Select(bed.Plugins.Start)];
        ToolResult[] results = [.. processes.Zip(calls, static (process, call) => Tool.Finish(process, Encoding.UTF8.GetBytes(call.Config)))];

        Assert.Single(results, static result => result.ExitStatus == 0);
        Assert.All(results.Where(static result => result.ExitStatus != 0), static result => Assert.Contains("is in use by container c", result.StdoutText, StringComparison.Ordinal));
        Assert.Equal(4, bed.Entries().Count);
        Assert.Single(bed.Entries().Select(static row => row.Value.Owner).Distinct());
        Assert.Single(Directory.GetFiles(Path.Combine(bed.Node.RunDirectory, "portmap")));
    }

    [NeedsFact(What)]
    public void GC_keeps_the_valid_and_clears_the_others()
    {
        string first = _bed.Attach("c1", 0), second = _bed.Attach("c2", 1);
        _bed.Map("c1", 0, first, "81:80/tcp").OrThrow();
        _bed.Map("c2", 1, second, "82:80/tcp").OrThrow();

        _bed.Collect("c1").OrThrow();
        AssertAllBelongTo("c1");
        Assert.False(File.Exists(_bed.Record("c2")));

        _bed.Collect().OrThrow();
        Assert.Empty(_bed.Entries());
    }

    [NeedsFact(What)]
    public void GC_without_a_list_removes_nothing()
    {
        string first = _bed.Attach("c1", 0);
        _bed.Map("c1", 0, first, "81:80/tcp").OrThrow();

        _bed.Plugins.Run(new PluginCall("portmap", "GC", PortmapBed.Config(null, []))).OrThrow();

        AssertAllBelongTo("c1");
    }

    [NeedsFact(What)]
    public void GC_clears_rows_that_nobody_wrote_down()
    {
        string first = _bed.Attach("c1", 0);
        _bed.Map("c1", 0, first, "81:80/tcp").OrThrow();
        File.Delete(_bed.Record("c1"));
        _bed.Detach("c1", 0);

        _bed.Collect("c1").OrThrow();

        Assert.Empty(_bed.Entries());
    }

    private void AssertAllBelongTo(string id)
    {
        List<(HostPortKey Key, HostPortRow Value)> rows = _bed.Entries();
        Assert.NotEmpty(rows);
        Assert.All(rows, row => Assert.Equal(new AttachmentId(id, "eth0").Owner, row.Value.Owner));
    }
}
