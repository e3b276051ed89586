using Dataplane.Cli.Output;
using Dataplane.Cli.Readers;
using Dataplane.Cli.Rows;

namespace Dataplane.Cli.Tests;

/// <summary>Which container, and which interface of it, an operator means.</summary>
public sealed class PodSelectorTests
{
    private static readonly EndpointRow[] s_endpoints =
    [
        Sample.Web with { Device = "veth1", ContainerId = "web" },
        Sample.Web with { Device = "veth2", ContainerId = "web", Ifname = "net1", Addresses = ["10.33.0.2"] },
        Sample.Web with { Device = "veth3", ContainerId = "web2", Addresses = ["10.22.0.3", "10.33.0.2"] },
        Sample.Orphan with { Device = "veth4" },
    ];

    [Theory]
    [InlineData("web", "veth1,veth2")] // not web2
    [InlineData("web2", "veth3")]
    [InlineData("veth2", "veth2")]
    [InlineData("10.22.0.2", "veth1")]
    [InlineData("::ffff:10.22.0.3", "veth3")]
    public void A_container_is_meant_by_each_of_its_names(string pod, string devices) =>
        Assert.Equal(devices, string.Join(',', PodSelector.Endpoints(s_endpoints, pod).Select(e => e.Device)));

    [Theory]
    [InlineData("we", "begins the IDs of 2 containers")]
    [InlineData("10.33.0.2", "is the address of 2 containers")]
    [InlineData("10.44.0.2", "no endpoint is, or belongs to, '10.44.0.2'")]
    [InlineData("nobody", "no endpoint is, or belongs to, 'nobody'")]
    public void What_names_nothing_or_too_much_is_refused(string pod, string sentence) => Refused(sentence, () => PodSelector.Endpoints(s_endpoints, pod));

    [Fact]
    public void An_interface_is_the_only_one_or_is_named()
    {
        Assert.Equal("veth3", PodSelector.Interface(s_endpoints, "web2", null).Device);
        Assert.Equal("veth2", PodSelector.Interface(s_endpoints, "web", "net1").Device);
        Assert.Equal("veth2", PodSelector.Interface(s_endpoints, "veth2", null).Device);
        Refused("'web' has several interfaces (eth0, net1)", () => PodSelector.Interface(s_endpoints, "web", null));
        Refused("'web' has no interface eth7: it has eth0, net1", () => PodSelector.Interface(s_endpoints, "web", "eth7"));
        Refused("'veth4' has no attachment record", () => PodSelector.Interface(s_endpoints, "veth4", null));
    }

    private static void Refused(string sentence, Func<object> action)
    {
        CommandFailure failure = Assert.Throws<CommandFailure>(action);
        Assert.Equal(ExitStatus.Usage, failure.Status);
        Assert.Contains(sentence, failure.Message, StringComparison.Ordinal);
    }
}
