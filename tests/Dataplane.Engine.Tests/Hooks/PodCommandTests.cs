using Dataplane.TestKit;

namespace Dataplane.Engine.Tests.Hooks;

/// <summary>Commands inside a container's namespace.</summary>
public sealed class PodCommandTests
{
    private static readonly string[] s_environment = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "MARK=made"];

    [NeedsFact(Needs.Namespaces)]
    public void They_run_there_in_their_order_and_one_that_fails_stops_nothing()
    {
        using var bed = new NodeBed(pods: 1);
        var log = new Lines();

        bed.Host.Run(() => new PodCommand(s_environment, log).RunAll(
            bed.Pods[0].Path, [["ip", "link", "add", "one", "type", "bridge"], ["false"], ["/nowhere/program"], [], [""], ["sh", "-c", "ip link set one name $MARK"]]));

        Assert.Contains("made", bed.Pods[0].Ip("-o", "link"), StringComparison.Ordinal);
        Assert.DoesNotContain("made", bed.Host.Ip("-o", "link"), StringComparison.Ordinal);
        Assert.Equal(4, log.Warnings.Count);
        Assert.StartsWith("false: status 256", log.Warnings[0], StringComparison.Ordinal);
        Assert.StartsWith("/nowhere/program: posix_spawn /nowhere/program: No such file or directory", log.Warnings[1], StringComparison.Ordinal);
    }

    [NeedsFact(Needs.Namespaces)]
    public void Without_a_namespace_none_runs()
    {
        using var bed = new NodeBed();
        foreach (string path in (string[])["", $"{bed.Scratch}/none", bed.Scratch])
        {
            bed.Host.Run(() => new PodCommand(s_environment, new Lines()).RunAll(path, [["ip", "link", "add", "made", "type", "bridge"]]));
        }

        Assert.DoesNotContain("made", bed.Host.Ip("-o", "link"), StringComparison.Ordinal);
    }

    private sealed class Lines : ILog
    {
        public List<string> Warnings { get; } = [];

        public void Debug(string line)
        {
        }

        public void Info(string line)
        {
        }

        public void Warn(string line) => Warnings.Add(line);
    }
}
