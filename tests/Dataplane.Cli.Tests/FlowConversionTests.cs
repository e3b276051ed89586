using System.Buffers.Binary;
using System.Net;
using Dataplane.Abi;
using Dataplane.Cli.Readers;
using Dataplane.Cli.Rows;

namespace Dataplane.Cli.Tests;

/// <summary>Rows of the kernel, made by hand, and what an operator is shown of them.</summary>
public sealed class FlowConversionTests
{
    private const ulong Second = 1_000_000_000;

    private static readonly FlowContext s_context = new(
        Now: 100 * Second,
        DeviceNames: new Dictionary<uint, string> { [7] = "veth7", [8] = "veth8", [9] = "veth9" },
        Generations: new Dictionary<uint, uint> { [7] = 4, [8] = 5 },
        Uplinks: new Dictionary<uint, uint> { [9] = 2 });

    [Fact]
    public void The_original_direction_is_the_first_packet_s()
    {
        FlowRow row = FlowConversion.Row(Key4("10.0.0.2", 80, "10.0.0.3", 41000, 6), Flow(origin: 1), s_context);
        Assert.Equal(new FlowTuple("10.0.0.3", 41000, "10.0.0.2", 80), row.Original);
        Assert.Equal(new FlowTuple("10.0.0.2", 80, "10.0.0.3", 41000), row.Reply);
        Assert.Equal(new FlowDevice("veth8", 8, 5), row.SourceDevice);
        Assert.Equal(new FlowDevice("veth7", 7, 4), row.DestinationDevice);
        Assert.Equal("tcp", row.Protocol);
    }

    [Fact]
    public void IPv6_and_ICMPv6()
    {
        var key = new Flow6Key { Protocol = 58 };
        IPAddress.Parse("fd00::2").GetAddressBytes().CopyTo(key.Address[0]);
        IPAddress.Parse("fd00::3").GetAddressBytes().CopyTo(key.Address[1]);
        key.Port[0] = key.Port[1] = BinaryPrimitives.ReverseEndianness((ushort)0x1234);
        FlowRow row = FlowConversion.Row(key, Flow(origin: 0), s_context);
        Assert.Equal("[fd00::2]:4660 -> [fd00::3]:4660", row.Original.ToString());
        Assert.Equal("icmpv6", row.Protocol);
    }

    [Theory]
    [InlineData(FlowState.Candidate, "candidate")]
    [InlineData(FlowState.Fast, "fast")]
    [InlineData(FlowState.Slow, "slow")]
    [InlineData(FlowState.HostPort, "hostport")]
    [InlineData((FlowState)77, "77")]
    public void States_have_words(FlowState state, string word)
    {
        Flow flow = Flow(origin: 0);
        flow.State = state;
        Assert.Equal(word, FlowConversion.Row(Key4("10.0.0.2", 1, "10.0.0.3", 2, 17), flow, s_context).State);
    }

    [Theory]
    [InlineData(8, 6)] // the ifindex has another owner
    [InlineData(9, 5)] // a device, but no endpoint
    [InlineData(10, 5)] // nothing
    public void A_flow_of_an_endpoint_that_is_gone_is_dead(uint ifindex, uint generation)
    {
        Flow flow = Flow(origin: 0);
        flow.Side[1] = new FlowSide { Ifindex = ifindex, Generation = generation };
        FlowRow row = FlowConversion.Row(Key4("10.0.0.2", 1, "10.0.0.3", 2, 17), flow, s_context);
        Assert.Equal("dead", row.State);
        Assert.Equal("", row.DestinationDevice.Device);
    }

    [Fact]
    public void A_side_that_is_not_known_says_nothing()
    {
        Flow flow = Flow(origin: 0);
        flow.Side[1] = default;
        Assert.Equal("fast", FlowConversion.Row(Key4("10.0.0.2", 1, "192.0.2.1", 2, 17), flow, s_context).State);
    }

    [Theory]
    [InlineData(FlowUplinks.Uplink1, 2, "fast", "veth9")]
    [InlineData(FlowUplinks.Uplink1, 3, "dead", "")] // it is another uplink now
    [InlineData(FlowUplinks.None, 2, "dead", "")] // it is no endpoint
    public void A_side_behind_an_uplink_has_the_uplink_s_generation(FlowUplinks uplink, uint generation, string state, string device)
    {
        Flow flow = Flow(origin: 0);
        flow.Uplink = uplink;
        flow.Side[1] = new FlowSide { Ifindex = 9, Generation = generation };
        FlowRow row = FlowConversion.Row(Key4("10.0.0.2", 1, "192.0.2.1", 2, 17), flow, s_context);
        Assert.Equal((state, device, uplink != FlowUplinks.None), (row.State, row.DestinationDevice.Device, row.DestinationDevice.Uplink));
        Assert.False(row.SourceDevice.Uplink);
    }

    [Fact]
    public void Times_are_seconds_and_never_negative()
    {
        Flow flow = Flow(origin: 0);
        flow.Since = (40 * Second) + (Second / 4);
        flow.LastSeen = 101 * Second; // the programs' coarse clock, a tick ahead
        FlowRow row = FlowConversion.Row(Key4("10.0.0.2", 1, "10.0.0.3", 2, 17), flow, s_context);
        Assert.Equal(59.75, row.AgeSeconds);
        Assert.Equal(0, row.IdleSeconds);
    }

    [Theory]
    [InlineData(0, FlowTcp.Fin0, "fin_original")]
    [InlineData(1, FlowTcp.Fin0, "fin_reply")]
    [InlineData(1, FlowTcp.Fin0 | FlowTcp.Fin1 | FlowTcp.Rst, "fin_original,fin_reply,rst")]
    public void The_end_of_a_connection_is_told_by_direction(byte origin, FlowTcp seen, string words)
    {
        Flow flow = Flow(origin);
        flow.Tcp = seen;
        Assert.Equal(words, string.Join(',', FlowConversion.Row(Key4("10.0.0.2", 1, "10.0.0.3", 2, 6), flow, s_context).Tcp));
    }

    [Fact]
    public void The_clock_is_the_programs()
    {
        // /proc/uptime is CLOCK_BOOTTIME: the same as CLOCK_MONOTONIC until the machine was suspended.
        double uptime = double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0]);
        Assert.InRange(FlowContext.MonotonicNow / 1e9, 0, uptime + 60);
        Assert.True(FlowContext.MonotonicNow <= FlowContext.MonotonicNow);
    }

    private static Flow4Key Key4(string address0, ushort port0, string address1, ushort port1, byte protocol)
    {
        var key = new Flow4Key { Protocol = protocol };
        IPAddress.Parse(address0).GetAddressBytes().CopyTo(key.Address[0]);
        IPAddress.Parse(address1).GetAddressBytes().CopyTo(key.Address[1]);
        key.Port[0] = BinaryPrimitives.ReverseEndianness(port0);
        key.Port[1] = BinaryPrimitives.ReverseEndianness(port1);
        return key;
    }

    private static Flow Flow(byte origin)
    {
        var flow = new Flow { State = FlowState.Fast, Origin = origin, Since = 90 * Second, LastSeen = 99 * Second };
        flow.Side[0] = new FlowSide { Ifindex = 7, Generation = 4 };
        flow.Side[1] = new FlowSide { Ifindex = 8, Generation = 5 };
        return flow;
    }
}
