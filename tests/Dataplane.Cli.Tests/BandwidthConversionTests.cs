using Dataplane.Abi;
using Dataplane.Cli.Readers;
using Dataplane.Cli.Rows;

namespace Dataplane.Cli.Tests;

/// <summary>From the rows of a limit and its device to the row of the report.</summary>
public sealed class BandwidthConversionTests
{
    private static readonly LimitKey s_ingress = new() { Ifindex = 7, Direction = LimitDirection.Ingress }, s_egress = s_ingress with { Direction = LimitDirection.Egress };
    private static readonly LimitRow s_tbf = new() { Rate = 12_500_000, Burst = 1_250_000, Generation = 4 }, s_edt = s_tbf with { Flags = LimitFlags.Edt };
    private static readonly Endpoint s_endpoint = new() { Generation = 4, Flags = EndpointFlags.Queued | EndpointFlags.Limit | EndpointFlags.Guard };
    private static readonly LimitState s_state = new() { Packets = 10, Bytes = 15_000, Delayed = 3, Marked = 2, Dropped = 1, Guarded = 5 };

    private static readonly LimitQueue s_queue = new("tbf", 12_500_000)
    {
        Packets = 100,
        Bytes = 150_000,
        Drops = 7,
        Waits = 30,
        BacklogPackets = 2,
        BacklogBytes = 3_000,
    };

    [Fact]
    public void A_token_bucket_counts_for_itself()
    {
        BandwidthRow row = BandwidthConversion.Row(s_egress, s_tbf, s_state, s_endpoint, new LimitDevice(s_queue, IsSeen: false), []);
        Assert.Equal(("egress", 100_000_000ul, 10_000_000ul, "tbf", "kept", "tbf", ""), (row.Direction, row.RateBits, row.BurstBits, row.Engine, row.State, row.Qdisc, row.Program));
        Assert.Equal((100ul, 150_000ul, 30ul, 7ul), (row.PassedPackets, row.PassedBytes, row.Delayed, row.Dropped));
        Assert.Equal((2ul, 3_000ul, 5ul), (row.BacklogPackets, row.BacklogBytes, row.Guarded));
    }

    [Fact]
    public void The_programs_count_what_they_admit_into_fq()
    {
        BandwidthRow row = BandwidthConversion.Row(s_ingress, s_edt, s_state, s_endpoint, new LimitDevice(s_queue with { Kind = "fq", Rate = 0 }, IsSeen: true), []);
        Assert.Equal(("ingress", "edt", "kept", "fq", "to_pod"), (row.Direction, row.Engine, row.State, row.Qdisc, row.Program));
        Assert.Equal((10ul, 15_000ul, 3ul, 2ul), (row.PassedPackets, row.PassedBytes, row.Delayed, row.Marked));
        // Its own, and what fq had no place for.
        Assert.Equal(8ul, row.Dropped);
        Assert.Equal((2ul, 3_000ul), (row.BacklogPackets, row.BacklogBytes));
    }

    [Theory]
    [InlineData(LimitFlags.Unshaped, "10.0.0.0/8,fd00::/8", "")]
    [InlineData(LimitFlags.Shaped, "", "10.0.0.0/8,fd00::/8")]
    [InlineData(LimitFlags.None, "", "")]
    public void Subnets_are_exceptions_or_all_there_is(LimitFlags flags, string unshaped, string shaped)
    {
        BandwidthRow row = BandwidthConversion.Row(s_ingress, s_tbf with { Flags = flags }, s_state, s_endpoint, new LimitDevice(s_queue, true), ["fd00::/8", "10.0.0.0/8"]);
        Assert.Equal((unshaped, shaped), (string.Join(',', row.UnshapedSubnets), string.Join(',', row.ShapedSubnets)));
    }

    [Theory]
    [InlineData(LimitFlags.None, "tbf")]
    [InlineData(LimitFlags.Unshaped, "htb")]
    [InlineData(LimitFlags.Shaped, "htb")]
    [InlineData(LimitFlags.Edt, "fq")]
    [InlineData(LimitFlags.Edt | LimitFlags.Shaped, "fq")]
    public void A_limit_is_kept_by_its_qdisc_alone(LimitFlags flags, string kind)
    {
        foreach (string found in (string[])["tbf", "htb", "fq", "noqueue", "pfifo_fast"])
        {
            var device = new LimitDevice(new LimitQueue(found), IsSeen: true);
            Assert.Equal(found == kind ? LimitStateNames.Kept : LimitStateNames.Unqueued, State(s_egress, s_tbf with { Flags = flags }, s_state, s_endpoint, device));
        }
    }

    [Fact]
    public void What_is_missing_is_named()
    {
        var device = new LimitDevice(new LimitQueue("fq"), IsSeen: true);
        Assert.Equal(LimitStateNames.Dead, State(s_ingress, s_edt, s_state, null, device));
        Assert.Equal(LimitStateNames.Unknown, State(s_ingress, s_edt, s_state, s_endpoint, null));
        Assert.Equal(LimitStateNames.Unseen, State(s_ingress, s_edt, s_state, s_endpoint, device with { IsSeen = false }));
        Assert.Equal(LimitStateNames.Unseen, State(s_ingress, s_edt, null, s_endpoint, device));
        Assert.Equal(LimitStateNames.Differs, State(s_ingress, s_tbf, s_state, s_endpoint, new LimitDevice(s_queue with { Rate = 1 }, false)));
        // A token bucket needs neither program nor state.
        Assert.Equal(LimitStateNames.Kept, State(s_ingress, s_tbf, null, s_endpoint, new LimitDevice(s_queue, false)));
    }

    [Theory]
    [InlineData(LimitDirection.Ingress, EndpointFlags.Guard | EndpointFlags.Limit, LimitStateNames.Unflagged)]
    [InlineData(LimitDirection.Ingress, EndpointFlags.Queued, LimitStateNames.Kept)]
    [InlineData(LimitDirection.Egress, EndpointFlags.Queued | EndpointFlags.Limit, LimitStateNames.Unflagged)]
    [InlineData(LimitDirection.Egress, EndpointFlags.Guard, LimitStateNames.Kept)]
    public void Each_direction_has_its_flag(LimitDirection direction, EndpointFlags flags, string state) =>
        Assert.Equal(state, State(s_ingress with { Direction = direction }, s_tbf, s_state, s_endpoint with { Flags = flags }, new LimitDevice(s_queue, false)));

    private static string State(LimitKey key, LimitRow limit, LimitState? state, Endpoint? endpoint, LimitDevice? device) =>
        BandwidthConversion.Row(key, limit, state, endpoint, device, []).State;
}
