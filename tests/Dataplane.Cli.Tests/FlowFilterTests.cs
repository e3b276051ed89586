using Dataplane.Cli.Output;
using Dataplane.Cli.Readers;
using Dataplane.Cli.Rows;

namespace Dataplane.Cli.Tests;

/// <summary>What <c>--pod</c> and <c>--state</c> mean.</summary>
public sealed class FlowFilterTests
{
    private static readonly EndpointRow[] s_endpoints =
    [
        Sample.Web,
        Sample.Web with { Device = "vethother", ContainerId = "3f1cffff", Addresses = ["10.22.0.3"] },
        Sample.Web with { Device = "vethsecond", Ifname = "net1", Addresses = ["10.33.0.2"] },
    ];

    [Theory]
    [InlineData("10.22.0.2", true)]
    [InlineData("::ffff:10.22.0.2", true)]
    [InlineData("10.22.0.3", true)]
    [InlineData("10.22.0.4", false)]
    [InlineData("fd00:0022:0::2", false)]
    [InlineData("veth4f6f2e1c", true)]
    [InlineData("vethsecond", false)]
    [InlineData("3f1c9", true)]
    public void A_pod_is_an_address_a_device_or_a_container(string pod, bool matches) =>
        Assert.Equal(matches, FlowFilter.Create(s_endpoints, pod, state: null).Matches(Sample.Fast));

    [Fact]
    public void An_IPv6_address_is_the_same_however_it_is_written() =>
        Assert.True(FlowFilter.Create(s_endpoints, "FD00:0022:0::2", state: null).Matches(Sample.Candidate));

    [Fact]
    public void A_container_with_two_interfaces_has_the_flows_of_both() =>
        Assert.Equal(["10.22.0.2", "10.33.0.2", "fd00:22::2"], FlowFilter.Create(s_endpoints, "3f1c9", state: null).Addresses!.Order());

    [Theory]
    [InlineData("3f1c", "begins the IDs of 2 containers")]
    [InlineData("nobody", "no endpoint is, or belongs to, 'nobody'")]
    public void What_names_nothing_or_too_much_is_refused(string pod, string sentence)
    {
        CommandFailure failure = Assert.Throws<CommandFailure>(() => FlowFilter.Create(s_endpoints, pod, state: null));
        Assert.Equal(ExitStatus.Usage, failure.Status);
        Assert.Contains(sentence, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void State_and_pod_have_to_match_both()
    {
        Assert.True(FlowFilter.Create(s_endpoints, "10.22.0.2", "fast").Matches(Sample.Fast));
        Assert.False(FlowFilter.Create(s_endpoints, "10.22.0.2", "slow").Matches(Sample.Fast));
        Assert.True(FlowFilter.Create(s_endpoints, null, "candidate").Matches(Sample.Candidate));
        Assert.True(FlowFilter.Create(s_endpoints, null, null).Matches(Sample.Candidate));
    }
}
