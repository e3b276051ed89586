using System.Globalization;
using Dataplane.Abi;
using Dataplane.TestKit;

namespace Dataplane.Engine.Tests.HostPorts;

/// <summary>What an ADD of portmap writes, and that DEL finds it again with the container's name alone.</summary>
public sealed class HostPortRowTests : IDisposable
{
    private const Needs What = Needs.Namespaces | Needs.OurPlugins;
    private readonly PortmapBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [NeedsFact(What)]
    public void A_mapping_is_a_row_for_each_family_it_is_meant_for()
    {
        string attached = _bed.Attach("c1", 0);
        (string v4, string v6) = ("10.1.2.2", "fd00:1::2");

        _bed.Map("c1", 0, attached, "8080:80/tcp", "8080:80/UDP", "192.0.2.1 53:5353/udp", "2001:db8::1 53:5354/udp", "0.0.0.0 1:2/tcp", ":: 3:4/tcp", "9:9/sctp").OrThrow();

        Assert.Equal(
            new[]
            {
                $"0.0.0.0 8080/6 -> {v4} 80", $":: 8080/6 -> {v6} 80", $"0.0.0.0 8080/17 -> {v4} 80", $":: 8080/17 -> {v6} 80",
                $"192.0.2.1 53/17 -> {v4} 5353", $"2001:db8::1 53/17 -> {v6} 5354", $"0.0.0.0 1/6 -> {v4} 2", $":: 3/6 -> {v6} 4",
                $"0.0.0.0 9/132 -> {v4} 9", $":: 9/132 -> {v6} 9",
            }.Order(StringComparer.Ordinal),
            _bed.Rows());
        (uint ifIndex, Endpoint endpoint) = Assert.Single(_bed.Endpoints());
        Assert.All(_bed.Entries(), row =>
        {
            Assert.Equal((ifIndex, endpoint.Generation), (row.Value.Endpoint.Ifindex, row.Value.Endpoint.Generation));
            Assert.Equal(new AttachmentId("c1", "eth0").Owner, row.Value.Owner);
            Assert.Equal(HostPortFlags.Snat, row.Value.Flags);
        });
    }

    [NeedsTheory(What)]
    [InlineData("\"snat\": false", HostPortFlags.None)]
    [InlineData("\"snat\": false, \"masqAll\": true", HostPortFlags.None)]
    [InlineData("\"masqAll\": true", HostPortFlags.Snat | HostPortFlags.MasqAll)]
    [InlineData("\"markMasqBit\": 5, \"backend\": \"nftables\"", HostPortFlags.Snat)]
    [InlineData("\"externalSetMarkChain\": \"KUBE-MARK-MASQ\"", HostPortFlags.Snat)]
    [InlineData("\"conditionsV4\": [\"-s\", \"10.9.0.0/16\", \"!\", \"-d\", \"192.0.2.0/24\"]", HostPortFlags.Snat | HostPortFlags.Source | HostPortFlags.DestinationNot)]
    [InlineData("\"conditionsV4\": [\"iifname != lo ip saddr != 10.9.0.0/16\"]", HostPortFlags.Snat | HostPortFlags.SourceNot | HostPortFlags.DeviceNot)]
    [InlineData("\"conditionsV4\": [\"-i\", \"lo\", \"-s\", \"0.0.0.0/0\"]", HostPortFlags.Snat | HostPortFlags.Device)]
    public void Options_and_conditions_are_flags_of_the_row(string fields, HostPortFlags expected)
    {
        string attached = _bed.Attach("c1", 0);

        _bed.MapWith(fields, "c1", 0, attached, "0.0.0.0 8080:80/tcp").OrThrow();

        HostPortRow row = Assert.Single(_bed.Entries()).Value;
        Assert.Equal(expected, row.Flags);
        Assert.Equal((expected & (HostPortFlags.Device | HostPortFlags.DeviceNot)) != 0 ? 1u : 0u, row.MatchDevice);
        Assert.Equal((expected & (HostPortFlags.Source | HostPortFlags.SourceNot)) != 0 ? 112 : 0, row.MatchSourceBits);
        Assert.Equal((expected & (HostPortFlags.Destination | HostPortFlags.DestinationNot)) != 0 ? 120 : 0, row.MatchDestinationBits);
    }

    [NeedsFact(What)]
    public void A_condition_on_a_device_that_is_not_there_is_refused()
    {
        string attached = _bed.Attach("c1", 0);

        PluginResult result = _bed.MapWith("\"conditionsV4\": [\"-i\", \"eth9\"]", "c1", 0, attached, "8080:80/tcp");

        Assert.Contains("\"eth9\", which is not there", result.ErrorMessage, StringComparison.Ordinal);
        Assert.Empty(_bed.Entries());
    }

    [NeedsFact(What)]
    public void DEL_needs_only_the_containers_name_and_may_come_twice()
    {
        string attached = _bed.Attach("c1", 0);
        _bed.Map("c1", 0, attached, "8080:80/tcp", "53:53/udp").OrThrow();

        _bed.Unmap("c1").OrThrow();

        Assert.Empty(_bed.Entries());
        Assert.False(File.Exists(_bed.Record("c1")));
        _bed.Unmap("c1").OrThrow();
        _bed.Detach("c1", 0);
        LeakCheck.AssertClean(_bed.Node);
    }

    [NeedsFact(What)]
    public void An_ADD_without_mappings_touches_nothing()
    {
        const string Previous = """{"cniVersion":"1.1.0","interfaces":[{"name":"eth0","sandbox":"/nowhere"}],"ips":[{"interface":0,"address":"10.1.2.9/24"}]}""";

        // Not even what could not be honoured matters: the interface is not there.
        _bed.MapWith("\"conditionsV4\": [\"-m\", \"owner\"]", "c1", 0, Previous).OrThrow();

        Assert.False(Directory.Exists(_bed.Node.RunDirectory));
        Assert.False(Directory.Exists(_bed.Node.PinDirectory));
    }

    [NeedsFact(What)]
    public void Mappings_of_a_family_the_container_lacks_are_left_out()
    {
        string attached = _bed.Attach("c1", 0);
        string v4 = attached.Replace("fd00:1::2/64", "10.1.2.200/24", StringComparison.Ordinal);

        _bed.Map("c1", 0, v4, ":: 8080:80/tcp").OrThrow();
        Assert.Empty(_bed.Entries());
        Assert.False(File.Exists(_bed.Record("c1")));

        _bed.Map("c1", 0, v4, ":: 8080:80/tcp", "81:80/tcp").OrThrow();
        Assert.Equal("0.0.0.0 81/6 -> 10.1.2.2 80", Assert.Single(_bed.Rows()));
    }

    [NeedsFact(What)]
    public void Of_two_mappings_of_one_port_the_first_counts()
    {
        string attached = _bed.Attach("c1", 0);

        _bed.Map("c1", 0, attached, "0.0.0.0 8080:80/tcp", "0.0.0.0 8080:81/tcp").OrThrow();

        Assert.Equal("0.0.0.0 8080/6 -> 10.1.2.2 80", Assert.Single(_bed.Rows()));
    }

    [NeedsFact(What)]
    public void SCTP_keeps_its_port()
    {
        string attached = _bed.Attach("c1", 0);

        PluginResult result = _bed.Map("c1", 0, attached, "8080:80/tcp", "9:10/sctp");

        Assert.Equal("hostPort 9/sctp cannot lead to containerPort 10: the checksum of SCTP covers the ports; use the same number for both", result.ErrorMessage);
        Assert.Empty(_bed.Entries());
    }

    [NeedsFact(What)]
    public void Every_change_is_counted_for_the_connections()
    {
        string attached = _bed.Attach("c1", 0);
        uint before = _bed.Row().Mappings;

        _bed.Map("c1", 0, attached, "8080:80/tcp").OrThrow();
        uint mapped = _bed.Row().Mappings;
        _bed.Unmap("c1").OrThrow();

        Assert.True(mapped > before, "a new row may take what a wildcard's got");
        Assert.True(_bed.Row().Mappings > mapped, "what went by the row is over");
    }

    [NeedsFact(What)]
    public void Ten_thousand_ports_of_one_container_come_and_go()
    {
        string attached = _bed.Attach("c1", 0);
        string[] mappings = [.. Enumerable.Range(20_000, 10_000).Select(static port => string.Create(CultureInfo.InvariantCulture, $"{port}:{port}/udp"))];

        _bed.Map("c1", 0, attached, mappings).OrThrow();
        Assert.Equal(20_000, _bed.Entries().Count);
        _bed.Check("c1", 0, attached, mappings).OrThrow();
        _bed.Change(static programs => programs.HostPorts.Delete(programs.HostPorts.Entries()[^1].Key));
        Assert.Contains("is not in the node's map", _bed.Check("c1", 0, attached, mappings).ErrorMessage, StringComparison.Ordinal);

        _bed.Unmap("c1").OrThrow();
        Assert.Empty(_bed.Entries());
    }
}
