using System.Buffers.Binary;
using System.Net;
using Dataplane.Abi;
using Dataplane.Cli.Readers;
using Dataplane.Cli.Rows;
using Dataplane.Engine;

namespace Dataplane.Cli.Tests;

/// <summary>Halves of connections, made by hand, and the connections an operator is shown.</summary>
public sealed class NatConversionTests
{
    private const ulong Second = 1_000_000_000;
    private const string Pod = "10.22.0.2", Node = "192.0.2.10", Outside = "198.51.100.7";

    private static readonly FlowSide s_pod = new() { Ifindex = 7, Generation = 4 };
    private static readonly FlowSide s_host = new() { Ifindex = (uint)NatScope.Host };

    private static readonly FlowContext s_context = new(
        Now: 100 * Second,
        DeviceNames: new Dictionary<uint, string> { [7] = "veth7", [8] = "veth8" },
        Generations: new Dictionary<uint, uint> { [7] = 4, [8] = 5 },
        Uplinks: new Dictionary<uint, uint>());

    [Fact]
    public void Both_halves_of_a_masqueraded_connection_are_one_row()
    {
        (NatConnection row, List<NatKey> keys) = Assert.Single(Pair(
            Half((Pod, 40000, Outside, 443), 7, (Node, 40001, Outside, 443), s_pod, default, NatKind.Masquerade, seconds: 90),
            Half((Outside, 443, Node, 40001), 0, (Outside, 443, Pod, 40000), default, s_pod, NatKind.Masquerade, seconds: 95, reply: true, state: NatStates.Replied)));
        Assert.Equal("10.22.0.2:40000 -> 198.51.100.7:443", row.Inside.ToString());
        Assert.Equal("192.0.2.10:40001 -> 198.51.100.7:443", row.Outside.ToString());
        Assert.Equal(("tcp", "masquerade", "replied", 2, 5.0), (row.Protocol, row.Kind, row.State, row.Halves, row.IdleSeconds));
        Assert.Equal((new FlowDevice("veth7", 7, 4), new FlowDevice("", 0, 0)), (row.SourceDevice, row.DestinationDevice));
        Assert.Equal(("web", "eth0"), (row.ContainerId, row.Ifname));
        Assert.Equal(2, keys.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Either_half_tells_the_whole(bool reply)
    {
        (NatKey, NatRow) half = reply
            ? Half((Outside, 443, Node, 40001), 0, (Outside, 443, Pod, 40000), default, s_pod, NatKind.Masquerade, reply: true)
            : Half((Pod, 40000, Outside, 443), 7, (Node, 40001, Outside, 443), s_pod, default, NatKind.Masquerade);
        NatConnection row = Assert.Single(Pair(half)).Row;
        Assert.Equal("10.22.0.2:40000 -> 198.51.100.7:443", row.Inside.ToString());
        Assert.Equal("192.0.2.10:40001 -> 198.51.100.7:443", row.Outside.ToString());
        Assert.Equal(("veth7", 0u, "web", 1), (row.SourceDevice.Device, row.DestinationDevice.Ifindex, row.ContainerId, row.Halves));
    }

    [Fact]
    public void A_host_port_s_connection_begins_outside()
    {
        NatConnection row = Assert.Single(Pair(
            Half((Pod, 80, Outside, 5000), 7, (Node, 8080, Outside, 5000), s_pod, default, NatKind.HostPort, reply: true),
            Half((Outside, 5000, Node, 8080), 0, (Outside, 5000, Pod, 80), default, s_pod, NatKind.HostPort))).Row;
        Assert.Equal("198.51.100.7:5000 -> 10.22.0.2:80", row.Inside.ToString());
        Assert.Equal("198.51.100.7:5000 -> 192.0.2.10:8080", row.Outside.ToString());
        Assert.Equal(("hostport", "web", "veth7", 2), (row.Kind, row.ContainerId, row.DestinationDevice.Device, row.Halves));
    }

    [Fact]
    public void Two_pods_with_the_same_tuple_are_two_connections()
    {
        FlowSide other = new() { Ifindex = 8, Generation = 5 };
        Assert.Equal(2, Pair(
            Half((Pod, 40000, Outside, 443), 7, (Node, 40001, Outside, 443), s_pod, default, NatKind.Masquerade),
            Half((Pod, 40000, Outside, 443), 8, (Node, 40002, Outside, 443), other, default, NatKind.Masquerade)).Count);
    }

    [Fact]
    public void The_host_s_own_connection_has_no_container()
    {
        NatConnection row = Assert.Single(Pair(Half((Node, 40000, Outside, 443), (uint)NatScope.Host, (Node, 50000, Outside, 443), s_host, default, NatKind.Host))).Row;
        Assert.Equal(("host", "new", "", "host"), (row.Kind, row.State, row.ContainerId, row.SourceDevice.Device));
    }

    [Theory]
    [InlineData(NatStates.None, NatStates.None, "new")]
    [InlineData(NatStates.None, NatStates.Replied, "replied")]
    [InlineData(NatStates.FinOriginal | NatStates.Replied, NatStates.Replied, "closing")]
    [InlineData(NatStates.FinOriginal, NatStates.FinReply, "closed")]
    [InlineData(NatStates.Rst, NatStates.None, "closed")]
    public void What_either_half_saw_counts(NatStates original, NatStates reply, string state) =>
        Assert.Equal(state, Assert.Single(Pair(
            Half((Pod, 40000, Outside, 443), 7, (Node, 40001, Outside, 443), s_pod, default, NatKind.Masquerade, state: original),
            Half((Outside, 443, Node, 40001), 0, (Outside, 443, Pod, 40000), default, s_pod, NatKind.Masquerade, reply: true, state: reply))).Row.State);

    [Fact]
    public void A_connection_of_an_endpoint_that_is_gone_is_dead()
    {
        FlowSide before = new() { Ifindex = 7, Generation = 3 };
        NatConnection row = Assert.Single(Pair(Half((Pod, 40000, Outside, 443), 7, (Node, 40001, Outside, 443), before, default, NatKind.Masquerade))).Row;
        Assert.Equal(("dead", "", ""), (row.State, row.SourceDevice.Device, row.ContainerId));
    }

    [Theory]
    [InlineData(null, null, null, true)]
    [InlineData(Pod, null, null, true)]
    [InlineData(Node, "masquerade", "replied", true)]
    [InlineData("10.22.0.3", null, null, false)]
    [InlineData(null, "hostport", null, false)]
    [InlineData(null, null, "closed", false)]
    public void Filters_have_to_match_all(string? pod, string? kind, string? state, bool matches) =>
        Assert.Equal(matches, NatFilter.Create([], pod, kind, state).Matches(Sample.Masqueraded with { Outside = new FlowTuple(Node, 40001, Outside, 443) }));

    private static List<(NatConnection Row, List<NatKey> Keys)> Pair(params (NatKey, NatRow)[] halves) => NatConversion.Pair(halves, s_context, static (ifindex, generation) =>
        (ifindex, generation) == (7, 4) ? new AttachmentRecord { Id = new AttachmentId("web", "eth0"), Network = "mynet", Plugin = "bridge" } : null);

    private static (NatKey, NatRow) Half(
        (string Source, ushort SourcePort, string Destination, ushort DestinationPort) seen,
        uint scope,
        (string Source, ushort SourcePort, string Destination, ushort DestinationPort) becomes,
        FlowSide from,
        FlowSide to,
        NatKind kind,
        ulong seconds = 90,
        bool reply = false,
        NatStates state = NatStates.None)
    {
        var key = new NatKey
        {
            Source = Address(seen.Source),
            SourcePort = Port(seen.SourcePort),
            Destination = Address(seen.Destination),
            DestinationPort = Port(seen.DestinationPort),
            Protocol = 6,
            Scope = scope,
        };
        var row = new NatRow
        {
            Source = Address(becomes.Source),
            SourcePort = Port(becomes.SourcePort),
            Destination = Address(becomes.Destination),
            DestinationPort = Port(becomes.DestinationPort),
            LastSeen = seconds * Second,
            From = from,
            To = to,
            Kind = kind,
            Reply = (byte)(reply ? 1 : 0),
            State = state,
        };
        return (key, row);
    }

    private static Bytes16 Address(string address) => Bytes16.From(IPAddress.Parse(address).MapToIPv6().GetAddressBytes());

    private static ushort Port(ushort port) => BinaryPrimitives.ReverseEndianness(port);
}
