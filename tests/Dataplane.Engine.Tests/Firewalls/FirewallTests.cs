using System.Text.Json.Nodes;
using Dataplane.Abi;
using Dataplane.Engine.Tests.HostPorts;
using Dataplane.TestKit;

namespace Dataplane.Engine.Tests.Firewalls;

/// <summary>What the plugin firewall writes down and sets: behind ours and foreign main plugins, beside others that need the endpoint, killed at any moment.</summary>
public sealed class FirewallTests : IDisposable
{
    private const Needs What = Needs.Namespaces | Needs.OurPlugins;
    private const EndpointFlags Set = EndpointFlags.Allow | EndpointFlags.SameBridge | EndpointFlags.Isolated;
    private const int MostCalls = 200;
    private readonly PortmapBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [NeedsFact(What)]
    public void A_policy_is_flags_of_the_endpoint_and_an_ADD_again_is_another_policy()
    {
        string attached = _bed.Attach("c1", 0);
        uint generation = Only().Generation;
        Assert.Equal(EndpointFlags.L2, Only().Flags);

        Call("ADD", "\"ingressPolicy\": \"isolated\"", attached).OrThrow();
        Assert.Equal((EndpointFlags.L2 | Set, generation), (Only().Flags, Only().Generation));
        Assert.Contains($"firewall {Index()} {generation} allow,isolated\ndone\n", File.ReadAllText(Record), StringComparison.Ordinal);
        Call("ADD", "", attached).OrThrow();
        Assert.Equal(EndpointFlags.L2 | EndpointFlags.Allow, Only().Flags);
        Call("CHECK", "", attached).OrThrow();
        Assert.False(Call("CHECK", "\"ingressPolicy\": \"isolated\"", attached).Succeeded);

        Call("DEL", "", null).OrThrow();
        Assert.Equal(EndpointFlags.L2, Only().Flags);
        Assert.False(File.Exists(Record));
        Call("DEL", "", null).OrThrow();
        _bed.Detach("c1", 0);
        LeakCheck.AssertClean(_bed.Node);
    }

    [NeedsTheory(What | Needs.ReferencePlugins), InlineData(false), InlineData(true)]
    public void Behind_a_foreign_main_plugin_the_endpoint_is_shared(bool portmapFirst)
    {
        string attached = _bed.Attach("c1", 0, foreign: true);
        _bed.Map("c1", 0, attached, "8080:80/tcp").OrThrow();
        Assert.Equal(EndpointFlags.L2 | EndpointFlags.FastPathOff, Only().Flags);
        Call("ADD", "\"ingressPolicy\": \"isolated\"", attached).OrThrow();
        Assert.Equal(EndpointFlags.L2 | Set, Only().Flags);

        if (portmapFirst)
        {
            _bed.Unmap("c1").OrThrow();
            Assert.Equal(EndpointFlags.L2 | Set, Only().Flags);
            Call("DEL", "", null).OrThrow();
        }
        else
        {
            Call("DEL", "", null).OrThrow();
            Assert.Equal(EndpointFlags.L2 | EndpointFlags.FastPathOff, Only().Flags);
            _bed.Unmap("c1").OrThrow();
        }

        Assert.Empty(_bed.Endpoints());
        _bed.Detach("c1", 0, foreign: true);
        LeakCheck.AssertClean(_bed.Node);
    }

    [NeedsFact(What)]
    public void GC_takes_what_is_not_valid_and_nothing_without_a_list()
    {
        string first = _bed.Attach("c1", 0);
        Call("ADD", "", first).OrThrow();
        Call("GC", "", null).OrThrow();
        Call("GC", "\"cni.dev/valid-attachments\": [{\"containerID\": \"c1\", \"ifname\": \"eth0\"}]", null).OrThrow();
        Assert.True(Only().Flags.HasFlag(EndpointFlags.Allow));
        Call("GC", "\"cni.dev/valid-attachments\": []", null).OrThrow();
        Assert.Equal(EndpointFlags.L2, Only().Flags);
    }

    [NeedsTheory(What)]
    [InlineData("{\"ips\":[]}", "", true)]
    [InlineData("{\"ips\":[]}", "\"ingressPolicy\": \"isolated\"", false)]
    public void An_interface_that_is_no_veth_may_be_open_and_nothing_else(string previous, string fields, bool succeeds)
    {
        _bed.Node.Pods[0].Ip("link", "add", "eth0", "type", "bridge");
        Assert.Equal(succeeds, Call("ADD", fields, previous).Succeeded);
        Assert.False(File.Exists(Record));
        Call("DEL", fields, null).OrThrow();
    }

    [NeedsTheory(What | Needs.Iptables), InlineData("iptables-nft"), InlineData("iptables-legacy", Needs.IptablesLegacy)]
    public void CHECK_without_a_record_wants_the_rules_of_the_reference(string iptables, Needs needs = 0)
    {
        if (Probe.Missing(needs) is not null)
        {
            return;
        }

        string attached = _bed.Attach("c1", 0);
        Assert.Equal("c1:eth0 is not let past FORWARD on this node; detach and attach the container again", Call("CHECK", "", attached).ErrorMessage);
        Assert.Equal(999u, Call("CHECK", "\"ingressPolicy\": \"isolated\"", attached).ErrorCode);

        Rule(iptables, "-N CNI-FORWARD");
        Rule(iptables, "-A CNI-FORWARD -s 10.1.2.9/32 -j ACCEPT");
        Assert.Equal(999u, Call("CHECK", "", attached).ErrorCode);
        Rule(iptables, "-A CNI-FORWARD -s 10.1.2.2/32 -j ACCEPT");
        Call("CHECK", "", attached).OrThrow();

        // It only looked.
        Assert.Contains("-s 10.1.2.2/32", Rule(iptables, "-S CNI-FORWARD"), StringComparison.Ordinal);
    }

    [NeedsFact(What)]
    public void CHECK_of_an_interface_that_needs_no_record_has_nothing_to_miss()
    {
        _bed.Node.Pods[0].Ip("link", "add", "eth0", "type", "bridge");
        const string previous = """{"ips":[{"address":"10.9.0.2/24"}]}""";
        Call("ADD", "", previous).OrThrow();
        Assert.False(File.Exists(Record));

        Call("CHECK", "", previous).OrThrow();
    }

    [NeedsTheory(What | Needs.Strace)]
    [InlineData("ADD", "bpf")]
    [InlineData("ADD", "write")]
    [InlineData("ADD", "flock")]
    [InlineData("DEL", "bpf")]
    [InlineData("DEL", "unlinkat")]
    public void What_a_killed_call_left_is_cleared_by_the_next(string command, string call)
    {
        string attached = _bed.Attach("c1", 0);
        Call("ADD", "", attached).OrThrow();
        Call("DEL", "", null).OrThrow();
        int kills = 0;
        while (true)
        {
            if (command == "DEL")
            {
                Call("ADD", "\"ingressPolicy\": \"isolated\"", attached).OrThrow();
            }

            if (!KilledCall.Run(_bed.Node, "firewall", command, Config(command == "ADD" ? "\"ingressPolicy\": \"isolated\"" : "", command == "ADD" ? attached : null), call, kills + 1))
            {
                break;
            }

            kills++;
            Assert.InRange(kills, 1, MostCalls);
            // Every other time DEL finds it, as a runtime that gives up does; else the retried ADD.
            if (kills % 2 == 0)
            {
                Call("ADD", "", attached).OrThrow();
                Call("CHECK", "", attached).OrThrow();
            }

            Call("DEL", "", null).OrThrow();
            Assert.Equal(EndpointFlags.L2, Only().Flags);
            Assert.False(File.Exists(Record), $"record after {command} was killed at {call} {kills}");
        }

        Assert.True(kills > 0, $"{command} of firewall never calls {call}: nothing was tested");
    }

    private string Rule(string iptables, string rule) => _bed.Node.Host.Exec($"/usr/sbin/{iptables}", ["-w", .. rule.Split(' ')]).OrThrow().StdoutText;

    private string Record => Path.Combine(_bed.Node.RunDirectory, "firewall", "c1:eth0");

    private Endpoint Only() => Assert.Single(_bed.Endpoints()).Row;

    private uint Index() => Assert.Single(_bed.Endpoints()).IfIndex;

    private PluginResult Call(string command, string fields, string? previous) => _bed.Plugins.Run(new PluginCall("firewall", command, Config(fields, previous))
    {
        ContainerId = "c1", Netns = _bed.Node.Pods[0].Path, IfName = "eth0",
    });

    private static string Config(string fields, string? previous)
    {
        JsonObject config = JsonNode.Parse($$"""{"cniVersion": "1.1.0", "name": "net1", "type": "firewall", "backend": "iptables"{{(fields.Length > 0 ? "," : "")}}{{fields}}}""")!.AsObject();
        if (previous is not null)
        {
            JsonNode result = JsonNode.Parse(previous)!;
            result["cniVersion"] = "1.1.0";
            config["prevResult"] = result;
        }

        return config.ToJsonString();
    }
}
