using System.Diagnostics;
using Dataplane.TestKit;

namespace Dataplane.CniTool.Tests;

/// <summary>Commands in a private namespace.</summary>
public sealed class ExecTests : IDisposable
{
    private const Needs Both = Needs.Namespaces | Needs.OurPlugins | Needs.ReferencePlugins;
    private readonly ToolBed _bed = new();

    public ExecTests()
    {
        for (int n = 1; n <= 2; n++)
        {
            _bed.Write($"{n}.conflist", $$$"""
                { "cniVersion": "1.0.0", "name": "net{{{n}}}", "plugins": [
                    {"type": "bridge", "bridge": "br{{{n}}}", "isGateway": true, "ipam": {"type": "host-local", "ranges": [[{"subnet": "10.{{{n}}}.0.0/24"}]]}} ] }
                """);
        }
    }

    public void Dispose() => _bed.Dispose();

    private ToolResult Exec(string path, string networks, params string[] command) => _bed.CniTool(path, ["exec", networks, "--", .. command]);

    private void AssertNothingLeft()
    {
        Assert.Empty(_bed.Cached);
        Assert.Empty(_bed.Leases("net1"));
        Assert.Empty(_bed.Leases("net2"));
        Assert.DoesNotContain("veth", _bed.Node.Host.Ip("-o", "link", "show"));
    }

    [ToolTheory(Both)]
    [InlineData(true)]
    [InlineData(false)]
    public void A_command_sees_an_interface_of_each_network_and_nothing_is_left(bool ours)
    {
        ToolResult result = Exec(
            ours ? OurPlugins.Directory : ReferencePlugins.Directory, "net1,net2", "sh", "-c", "ip -o -4 address | awk '{print $2, $4}'; ip -o link show lo up | wc -l");

        Assert.Equal((0, "lo 127.0.0.1/8\neth0 10.1.0.2/24\neth1 10.2.0.2/24\n1\n"), (result.ExitStatus, result.StdoutText));
        AssertNothingLeft();
    }

    [ToolFact(Both)]
    public void Its_exit_status_is_the_commands()
    {
        Assert.Equal(7, Exec(OurPlugins.Directory, "net1", "sh", "-c", "exit 7").ExitStatus);
        Assert.Equal(128 + 9, Exec(OurPlugins.Directory, "net1", "sh", "-c", "kill -9 $$").ExitStatus);
        Assert.Equal(127, Exec(OurPlugins.Directory, "net1", "no-such-command").ExitStatus);
        Assert.Equal(126, Exec(OurPlugins.Directory, "net1", "/etc/passwd").ExitStatus);
        AssertNothingLeft();
    }

    [ToolFact(Both)]
    public void Options_after_the_networks_are_the_commands()
    {
        Assert.Equal("-n --timing -i\n", _bed.CniTool(OurPlugins.Directory, "exec", "net1", "printf", "%s %s %s\n", "-n", "--timing", "-i").OrThrow().StdoutText);
        Assert.Equal("--\n", Exec(OurPlugins.Directory, "net1", "printf", "%s\n", "--").OrThrow().StdoutText);
    }

    [ToolFact(Both)]
    public void A_network_that_cannot_be_attached_detaches_those_before_it()
    {
        _bed.Write("3.conflist", """{"cniVersion":"1.0.0","name":"net3","plugins":[{"type":"bridge","bridge":"br3","ipam":{"type":"no-such-ipam"}}]}""");

        ToolResult result = Exec(OurPlugins.Directory, "net1,net3", "echo", "ran");

        Assert.Equal((1, ""), (result.ExitStatus, result.StdoutText));
        Assert.Contains("plugin type=\"bridge\" failed (add): failed to find plugin \"no-such-ipam\"", result.StderrText);
        AssertNothingLeft();
    }

    [ToolFact(Both)]
    public void An_unknown_network_is_told_before_anything_is_done()
    {
        ToolResult result = Exec(OurPlugins.Directory, "net1,nonet", "echo", "ran");

        Assert.Equal((1, "", $"no net configuration with name \"nonet\" in {_bed.Networks}\n"), (result.ExitStatus, result.StdoutText, result.StderrText));
        AssertNothingLeft();
    }

    [ToolTheory(Both)]
    [InlineData("TERM", 15)]
    [InlineData("INT", 2)]
    [InlineData("HUP", 1)]
    public void A_signal_ends_the_command_and_detaches(string signal, int number)
    {
        foreach (string plugins in (string[])[OurPlugins.Directory, ReferencePlugins.Directory])
        {
            // A signal that is ignored already, as HUP under nohup, stays so; whoever runs the tests may have done that.
            using Process process = _bed.Start(
                "/usr/bin/env", plugins, [], "--default-signal", Executables.CniTool, "exec", "net1", "--", "sh", "-c", "echo $PPID; exec sleep 1000");
            string id = process.StandardOutput.ReadLine()!;
            Assert.Single(_bed.Leases("net1"));
            Tool.Run("/bin/kill", $"-{signal}", id).OrThrow();
            ToolResult result = Tool.Finish(process, default);

            Assert.Equal((128 + number, ""), (result.ExitStatus, result.StderrText));
            AssertNothingLeft();
        }
    }

    [ToolFact(Both)]
    public void A_killed_one_leaves_what_gc_collects()
    {
        using Process process = _bed.Start(Executables.CniTool, OurPlugins.Directory, [], "exec", "net1", "--", "sh", "-c", "echo $PPID; echo $$; exec sleep 1000");
        string id = process.StandardOutput.ReadLine()!;
        string command = process.StandardOutput.ReadLine()!;
        Tool.Run("/bin/kill", "-KILL", id, command).OrThrow();
        Tool.Finish(process, default);
        Assert.Single(_bed.Cached);

        _bed.CniTool(OurPlugins.Directory, "gc", "net1", "/").OrThrow();

        Assert.Empty(_bed.Cached);
        Assert.Empty(_bed.Leases("net1"));
    }
}
