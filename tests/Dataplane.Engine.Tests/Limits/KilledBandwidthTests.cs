using Dataplane.TestKit;

namespace Dataplane.Engine.Tests.Limits;

/// <summary>bandwidth killed (-9) at any call that changes something: the next ADD and DEL of that container work, and nothing is left.</summary>
public sealed class KilledBandwidthTests
{
    private const Needs What = Needs.Namespaces | Needs.OurPlugins | Needs.Strace | Needs.Bpftool;
    private const int MostCalls = 200;
    private const string Peers = """ ,"unshapedSubnets":["10.0.0.0/8","fd00::/8"],"dataplane":{"shaper":"tbf"}""";

    [NeedsTheory(What)]
    [InlineData("bpf")]
    [InlineData("write")]
    [InlineData("sendto")]
    [InlineData("setns")]
    [InlineData("flock")]
    public void What_a_killed_ADD_left_is_cleared_by_the_next_call(string call) => KillAll("ADD", call, foreign: false);

    [NeedsTheory(What | Needs.ReferencePlugins)]
    [InlineData("bpf")]
    [InlineData("sendto")]
    public void Also_behind_a_foreign_main_plugin(string call) => KillAll("ADD", call, foreign: true);

    [NeedsTheory(What | Needs.ReferencePlugins)]
    [InlineData("bpf", false)]
    [InlineData("unlinkat", false)]
    [InlineData("sendto", true)]
    public void A_killed_DEL_is_finished_by_the_next(string call, bool foreign) => KillAll("DEL", call, foreign);

    private static void KillAll(string command, string call, bool foreign)
    {
        using var bed = new LimitBed(pods: 1);
        string attached = bed.Attach("c1", 0, foreign);
        string config = LimitBed.Config("bandwidth", LimitBed.Rates + Peers, attached);
        // What a node keeps is there: every container but the first meets this.
        Run(bed, "ADD", config);
        uint ifIndex = bed.Endpoint().IfIndex;
        Run(bed, "DEL", config);
        int kills = 0;
        while (true)
        {
            if (command == "DEL")
            {
                Run(bed, "ADD", config);
            }

            if (!KilledCall.Run(bed.Node, "bandwidth", command, config, call, kills + 1))
            {
                break;
            }

            kills++;
            Assert.InRange(kills, 1, MostCalls);
            // Every other time DEL finds it, as a runtime that gives up does; else the retried ADD.
            if (kills % 2 == 0)
            {
                Run(bed, "ADD", config);
                Run(bed, "CHECK", config);
            }

            Run(bed, "DEL", config);
            bed.AssertUnlimited(ifIndex, 0);
            Assert.False(File.Exists(bed.Record("c1")), $"record after {command} was killed at {call} {kills}");
            Assert.Equal(foreign ? 0 : 1, bed.Map(static programs => programs.Endpoints.Entries().Count));
        }

        Run(bed, "DEL", config);
        bed.Detach("c1", 0, foreign);
        LeakCheck.AssertClean(bed.Node);
        Assert.True(kills > 0, $"{command} of bandwidth never calls {call}: nothing was tested");
    }

    private static void Run(LimitBed bed, string command, string config) =>
        bed.Plugins.Run(new PluginCall("bandwidth", command, config) { ContainerId = "c1", Netns = bed.Node.Pods[0].Path, IfName = "eth0" }).OrThrow();
}
