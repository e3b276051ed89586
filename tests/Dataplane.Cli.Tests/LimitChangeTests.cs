using Dataplane.Cli.Commands;
using Dataplane.Cli.Output;
using Dataplane.Engine;

namespace Dataplane.Cli.Tests;

/// <summary>What <c>dpctl bandwidth set</c> makes of a direction's options and of the limit that is there.</summary>
public sealed class LimitChangeTests
{
    private static readonly BandwidthLimit s_present = new(10_000_000, 400_000);

    [Fact]
    public void What_is_not_named_stays()
    {
        var change = LimitChange.Create("ingress", null, null);
        Assert.True(change.IsNone);
        Assert.Equal(s_present, change.Of(s_present));
        Assert.Null(change.Of(null));
    }

    [Theory]
    [InlineData(100_000_000, null, 10_000_000)] // 100 ms, not the old burst
    [InlineData(100_000_000, 0L, 10_000_000)]
    [InlineData(100_000_000, 5_000_000L, 5_000_000)]
    [InlineData(8, null, 8)]
    [InlineData(1_000_000_000_000, null, (uint.MaxValue * 8UL) - 1)]
    public void A_rate_brings_its_burst(long rate, long? burst, ulong expected)
    {
        var change = LimitChange.Create("egress", (ulong)rate, (ulong?)burst);
        Assert.Equal(new BandwidthLimit((ulong)rate, expected), change.Of(s_present));
        Assert.Equal(new BandwidthLimit((ulong)rate, expected), change.Of(null));
    }

    [Fact]
    public void A_burst_alone_is_of_the_limit_that_is_there()
    {
        Assert.Equal(s_present with { Burst = 800_000 }, LimitChange.Create("ingress", null, 800_000).Of(s_present));
        Assert.Equal(s_present with { Burst = 1_000_000 }, LimitChange.Create("ingress", null, 0).Of(s_present));
        Refused("there is no ingress limit that --ingress-burst could be of", () => LimitChange.Create("ingress", null, 800_000).Of(null));
    }

    [Fact]
    public void No_rate_is_no_limit()
    {
        Assert.Null(LimitChange.Create("ingress", 0, null).Of(s_present));
        Assert.Null(LimitChange.Create("ingress", 0, 0).Of(null));
    }

    [Fact]
    public void What_is_no_limit_is_refused()
    {
        Refused("--egress-rate 7 is less than a byte a second", () => LimitChange.Create("egress", 7, null));
        Refused("--egress-burst is of a limit that --egress-rate removes", () => LimitChange.Create("egress", 0, 1));
        Refused("--ingress-burst cannot be more than 4 GiB", () => LimitChange.Create("ingress", 1_000_000, uint.MaxValue * 8UL));
    }

    private static void Refused(string sentence, Func<object?> action)
    {
        CommandFailure failure = Assert.Throws<CommandFailure>(action);
        Assert.Equal(ExitStatus.Usage, failure.Status);
        Assert.Contains(sentence, failure.Message, StringComparison.Ordinal);
    }
}
