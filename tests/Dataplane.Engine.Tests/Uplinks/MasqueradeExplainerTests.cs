using System.Net;
using Dataplane.TestKit;

namespace Dataplane.Engine.Tests;

/// <summary>What is said of a container's packets, and that the routes and options of the node are what it follows from.</summary>
public sealed class MasqueradeExplainerTests : IDisposable
{
    private readonly NodeBed _bed = new(pods: 2);

    [NeedsFact(Needs.Namespaces | Needs.OurPlugins)]
    public void Every_destination_has_its_reason()
    {
        _bed.AddOutside("eth0", "192.0.2.2/24", "192.0.2.1/24");
        _bed.AddOutside("eth1", "198.51.100.2/24", "198.51.100.1/24");
        _bed.Host.Ip("route", "add", "default", "via", "192.0.2.1");
        // Whatever comes from the masqueraded network to 203.0.113.0/24 leaves by the second uplink.
        _bed.Host.Ip("route", "add", "203.0.113.0/24", "via", "198.51.100.1", "table", "101");
        _bed.Host.Ip("rule", "add", "from", "10.1.0.0/24", "lookup", "101");
        _bed.Host.Ip("route", "add", "unreachable", "100.64.0.0/10");
        var runner = new PluginRunner(_bed.Host, OurPlugins.Directory);
        IPAddress masqueraded = runner.Add("bridge", Config("br0", 1, masquerade: true), "c1", _bed.Pods[0]).OrThrow().Address();
        IPAddress plain = runner.Add("bridge", Config("br1", 2, masquerade: false), "c2", _bed.Pods[1]).OrThrow().Address();

        Assert.Equal((MasqueradeVerdict.Masqueraded, "eth0", "192.0.2.2", "0.0.0.0/0"), Leaves(masqueraded, "9.9.9.9"));
        Assert.Equal((MasqueradeVerdict.Masqueraded, "eth1", "198.51.100.2", "203.0.113.0/24"), Leaves(masqueraded, "203.0.113.9"));
        Assert.Equal((MasqueradeVerdict.Excluded, "eth0", "", "0.0.0.0/0"), Leaves(masqueraded, "172.20.1.1"));
        Assert.Equal("172.16.0.0/12", Explain(masqueraded, "172.20.1.1").Exclusion);
        Assert.Equal(MasqueradeVerdict.NotAsked, Explain(plain, "9.9.9.9").Verdict);
        Assert.Equal(MasqueradeVerdict.NotUnicast, Explain(masqueraded, "224.0.0.251").Verdict);
        Assert.Equal(MasqueradeVerdict.NotUnicast, Explain(masqueraded, "169.254.169.254").Verdict);
        Assert.Equal(MasqueradeVerdict.Local, Explain(masqueraded, "192.0.2.2").Verdict);
        Assert.Equal(MasqueradeVerdict.OnNode, Explain(masqueraded, plain.ToString()).Verdict);
        Assert.Equal(MasqueradeVerdict.Unreachable, Explain(masqueraded, "100.64.0.1").Verdict);
        Assert.Equal(MasqueradeVerdict.UnknownContainer, Explain(IPAddress.Parse("10.1.0.77"), "9.9.9.9").Verdict);
        MasqueradeExplanation whole = Explain(masqueraded, "9.9.9.9");
        Assert.Equal((40000, 50000, "192.0.2.1", "192.0.2.2"), (whole.PortMin, whole.PortMax, whole.Gateway?.ToString(), whole.DefaultSource?.ToString()));
        Assert.Equal("packets leave eth0 as 192.0.2.2", whole.Text);
    }

    public void Dispose() => _bed.Dispose();

    private (MasqueradeVerdict, string, string, string) Leaves(IPAddress container, string destination)
    {
        MasqueradeExplanation explanation = Explain(container, destination);
        return (explanation.Verdict, explanation.DeviceName, explanation.Source?.ToString() ?? "", explanation.Route);
    }

    private MasqueradeExplanation Explain(IPAddress container, string destination) => _bed.Host.Run(() =>
    {
        using Node node = Node.Open();
        return new MasqueradeExplainer(node).Explain(container, IPAddress.Parse(destination));
    });

    private string Config(string bridge, int subnet, bool masquerade) => $$$"""
        {"cniVersion": "1.0.0", "name": "{{{bridge}}}", "type": "bridge", "bridge": "{{{bridge}}}", "isGateway": true, "ipMasq": {{{(masquerade ? "true" : "false")}}},
         "dataplane": {"nonMasqueradeCIDRs": ["172.16.0.0/12", "fd00::/8"], "masqueradePorts": "40000-50000"},
         "ipam": {"type": "host-local", "dataDir": "{{{_bed.DataDirectory}}}", "subnet": "10.{{{subnet}}}.0.0/24"}}
        """;
}
