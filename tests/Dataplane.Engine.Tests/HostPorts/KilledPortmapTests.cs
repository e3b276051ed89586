using Dataplane.TestKit;

namespace Dataplane.Engine.Tests.HostPorts;

/// <summary>portmap killed (-9) at any call that changes something: the next ADD and DEL of that container work, and nothing is left.</summary>
public sealed class KilledPortmapTests
{
    private const Needs What = Needs.Namespaces | Needs.OurPlugins | Needs.Strace | Needs.Bpftool;
    private const int MostCalls = 200;
    private static readonly string[] s_mappings = ["8080:80/tcp", "192.0.2.1 53:53/udp"];

    [NeedsTheory(What)]
    [InlineData("bpf")]
    [InlineData("write")]
    [InlineData("ftruncate")]
    [InlineData("flock")]
    public void What_a_killed_ADD_left_is_cleared_by_the_next_call(string call) => KillAll("ADD", call, foreign: false);

    [NeedsTheory(What | Needs.ReferencePlugins)]
    [InlineData("bpf")]
    [InlineData("write")]
    [InlineData("sendto")]
    [InlineData("setns")]
    public void Also_behind_a_foreign_main_plugin(string call) => KillAll("ADD", call, foreign: true);

    [NeedsTheory(What | Needs.ReferencePlugins)]
    [InlineData("bpf", false)]
    [InlineData("unlinkat", false)]
    [InlineData("bpf", true)]
    [InlineData("sendto", true)]
    public void A_killed_DEL_is_finished_by_the_next(string call, bool foreign) => KillAll("DEL", call, foreign);

    private static void KillAll(string command, string call, bool foreign)
    {
        using var bed = new PortmapBed(pods: 1);
        string attached = bed.Attach("c1", 0, foreign);
        // What a node keeps is there: every container but the first meets this.
        bed.Map("c1", 0, attached, s_mappings).OrThrow();
        bed.Unmap("c1").OrThrow();
        int kills = 0;
        while (true)
        {
            if (command == "DEL")
            {
                bed.Map("c1", 0, attached, s_mappings).OrThrow();
            }

            if (!KilledCall.Run(bed.Node, "portmap", command, command == "ADD" ? PortmapBed.Config(attached, s_mappings) : PortmapBed.Config(null, []), call, kills + 1))
            {
                break;
            }

            kills++;
            Assert.InRange(kills, 1, MostCalls);
            // Every other time DEL finds it, as a runtime that gives up does; else the retried ADD.
            if (kills % 2 == 0)
            {
                bed.Map("c1", 0, attached, s_mappings).OrThrow();
                bed.Check("c1", 0, attached, s_mappings).OrThrow();
            }

            bed.Unmap("c1").OrThrow();
            Assert.Empty(bed.Entries());
            Assert.False(File.Exists(bed.Record("c1")), $"record after {command} was killed at {call} {kills}");
            Assert.Equal(foreign ? 0 : 1, bed.Endpoints().Count);
        }

        bed.Unmap("c1").OrThrow();
        bed.Detach("c1", 0, foreign);
        LeakCheck.AssertClean(bed.Node);
        Assert.True(kills > 0, $"{command} of portmap never calls {call}: nothing was tested");
    }
}
