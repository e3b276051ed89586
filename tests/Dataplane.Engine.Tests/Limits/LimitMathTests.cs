using Dataplane.Abi;
using Dataplane.Netlink;

namespace Dataplane.Engine.Tests.Limits;

/// <summary>From bits as the configuration has them to what programs and kernel take.</summary>
public sealed class LimitMathTests
{
    private const ulong Mega = 1_000_000;
    private const ulong Kubernetes = int.MaxValue;

    /// <summary>The burst as given; above a second of the rate 100 ms of it; never less than timers and frames need.</summary>
    [Theory]
    [InlineData(20 * Mega, 400_000, 1500, 50_000)]
    [InlineData(20 * Mega, Kubernetes, 1500, 250_000)]
    [InlineData(20 * Mega, 20 * Mega, 1500, 2_500_000)]
    [InlineData(20 * Mega, (20 * Mega) + 8, 1500, 250_000)]
    [InlineData(20 * Mega, 8, 1500, 16 * 1024)]
    [InlineData(Mega, Kubernetes, 1500, 16 * 1024)]
    [InlineData(Mega, 8, 9000, 2 * 9014)]
    [InlineData(10_000 * Mega, 8, 1500, 6_250_000)]
    [InlineData(10_000 * Mega, Kubernetes, 1500, Kubernetes / 8)]
    [InlineData(16, 8, 1500, 16 * 1024)]
    [InlineData(1, 1, 1500, 16 * 1024)]
    public void Bursts(ulong rate, ulong burst, int mtu, ulong expected) => Assert.Equal(expected, LimitMath.Burst(new(rate, burst), mtu));

    [Fact]
    public void A_row_has_times_of_its_rate()
    {
        LimitRow row = LimitMath.Row(new(100 * Mega, 10 * Mega), 1500, LimitDirection.Ingress, LimitFlags.Edt, 7);

        Assert.Equal((12_500_000UL, 1_250_000UL), (row.Rate, row.Burst));
        Assert.Equal(100_000_000u, row.Idle);
        Assert.Equal(25_000_000u, row.Horizon);
        Assert.Equal(5_000_000u, row.Mark);
        Assert.Equal((LimitFlags.Edt, 7u, 0u), (row.Flags, row.Generation, row.Priority));
    }

    /// <summary>What a container sends waits in its sockets' buffers, which bound it.</summary>
    [Fact]
    public void What_is_sent_may_wait_longer() =>
        Assert.Equal(250_000_000u, LimitMath.Row(new(100 * Mega, 10 * Mega), 1500, LimitDirection.Egress, LimitFlags.Edt, 7).Horizon);

    /// <summary>What senders and GRO make one packet of is lost or kept as a whole.</summary>
    [Theory]
    [InlineData(20 * Mega, 26_214_400)]
    [InlineData(10 * Mega, 52_428_800)]
    [InlineData(2 * Mega, 250_000_000)]
    public void Behind_the_largest_packet_another_may_wait(ulong rate, uint horizon) =>
        Assert.Equal(horizon, LimitMath.Row(new(rate, 8), 1500, LimitDirection.Ingress, LimitFlags.Edt, 7).Horizon);

    [Fact]
    public void A_slow_limit_waits_for_some_frames_and_no_time_overflows()
    {
        LimitRow slow = LimitMath.Row(new(Mega / 8, 8), 1500, LimitDirection.Ingress, LimitFlags.Edt, 1);
        LimitRow slowest = LimitMath.Row(new(1, 1), 65535, LimitDirection.Egress, LimitFlags.Edt, 1);
        LimitRow fastest = LimitMath.Row(new(ulong.MaxValue, ulong.MaxValue), 1500, LimitDirection.Egress, LimitFlags.Edt, 1);

        Assert.Equal((4 * 1514 * 64_000u, 2 * 1514 * 64_000u), (slow.Horizon, slow.Mark));
        Assert.Equal((1UL, 4_000_000_000u, 4_000_000_000u, 4_000_000_000u), (slowest.Rate, slowest.Idle, slowest.Horizon, slowest.Mark));
        Assert.Equal((ulong.MaxValue / 8, 1_000_000_000u), (fastest.Rate, fastest.Idle));
    }

    /// <summary>HTB passes what has its own handle as priority; departure times need no such thing.</summary>
    [Theory]
    [InlineData(LimitFlags.None, 0)]
    [InlineData(LimitFlags.Unshaped, HtbSpec.Exempt)]
    [InlineData(LimitFlags.Shaped, HtbSpec.Exempt)]
    [InlineData(LimitFlags.Edt | LimitFlags.Shaped, 0)]
    public void Priorities_of_what_is_exempt(LimitFlags flags, uint priority) =>
        Assert.Equal(priority, LimitMath.Row(new(Mega, 8), 1500, LimitDirection.Ingress, flags, 1).Priority);

    /// <summary>As the reference plugin: 25 ms of the rate and a burst may wait; but never less than four frames.</summary>
    [Theory]
    [InlineData(20 * Mega, 400_000, 1500, 2_500_000, 50_000, 112_500)]
    [InlineData(100 * Mega, Kubernetes, 1500, 12_500_000, 1_250_000, 1_562_500)]
    [InlineData(16, 8, 1500, 2, 16_384, 16_384)]
    [InlineData(Mega, 8, 9000, 125_000, 18_028, 36_056)]
    [InlineData(ulong.MaxValue, ulong.MaxValue, 1500, ulong.MaxValue / 8, uint.MaxValue, uint.MaxValue)]
    public void Token_buckets(ulong rate, ulong burst, int mtu, ulong bytes, uint bucket, uint queue)
    {
        Assert.Equal(new TbfSpec(bytes, bucket, queue), LimitMath.Tbf(new(rate, burst), mtu));
        Assert.Equal(new HtbSpec(bytes, bucket, queue), LimitMath.Htb(new(rate, burst), mtu));
    }
}
