using Dataplane.Bpf;
using Dataplane.Cli.Output;
using Dataplane.Interop;
using Dataplane.Netlink;
using Dataplane.TestKit;

namespace Dataplane.Cli.Tests;

/// <summary><c>dpctl unload</c> where the uplink's programs are filters of clsact, as on kernels without tcx; and who opened the pins before it.</summary>
public sealed class UnloadFilterTests : IDisposable
{
    private readonly NodeBed _bed = new();
    private readonly NodePrograms _programs;

    public UnloadFilterTests()
    {
        _bed.AddOutside("up0", "198.51.100.1/24", "198.51.100.2/24");
        _programs = NodePrograms.Ensure(_bed.Cookie, new NodeOptions { FlowEntries = 1024 });
    }

    public void Dispose()
    {
        _programs.Dispose();
        _bed.Dispose();
    }

    [NeedsFact(Needs.Namespaces)]
    public void Filters_go_and_those_of_others_stay()
    {
        using (NetworkNamespace host = NetworkNamespace.Open(_bed.Host.Path))
        using (RtnlSocket rtnl = RtnlSocket.Open(host))
        {
            int uplink = rtnl.FindLink("up0")!.Index;
            RtnlBatch batch = rtnl.Batch();
            batch.AddClsact(uplink);
            batch.ReplaceBpfFilter(uplink, ingress: true, 1, 1, _programs.FromUplink.Fd, "dp_from_uplink");
            batch.ReplaceBpfFilter(uplink, ingress: false, 1, 1, _programs.ToUplink.Fd, "dp_to_uplink");
            batch.ReplaceBpfFilter(uplink, ingress: true, 7, 1, _programs.FromUplink.Fd, "somebody");
            rtnl.Send(batch);
        }

        var dpctl = new Capture();
        Assert.Equal(ExitStatus.Ok, dpctl.Run("unload", "--netns", _bed.Host.Path));
        Assert.StartsWith("uplinks: up0 detached\ncgroup: 0 programs detached\n", dpctl.Out, StringComparison.Ordinal);

        string filters = Filters("ingress") + Filters("egress");
        Assert.DoesNotContain("dp_", filters, StringComparison.Ordinal);
        Assert.Contains("somebody", filters, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_bed.RunDirectory));
    }

    [NeedsFact(Needs.Namespaces)]
    public void Whoever_opened_the_programs_before_attaches_nobody_by_them()
    {
        Assert.Equal(ExitStatus.Ok, new Capture().Run("unload", "--netns", _bed.Host.Path));

        LinuxException told = Assert.Throws<LinuxException>(() => _programs.NextGeneration());
        Assert.Contains("unloaded at this moment; the next ADD loads them again", told.Message, StringComparison.Ordinal);
        Assert.Throws<LinuxException>(_programs.RequireLoaded);
    }

    private string Filters(string direction) => _bed.Host.Exec("tc", "filter", "show", "dev", "up0", direction).OrThrow().StdoutText;
}
