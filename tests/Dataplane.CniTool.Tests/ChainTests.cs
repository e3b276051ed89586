using System.Text.Json.Nodes;
using Dataplane.TestKit;

namespace Dataplane.CniTool.Tests;

/// <summary>Real plugins, ours and the reference's, driven by our libcni and by the original.</summary>
public sealed class ChainTests : IDisposable
{
    private const Needs Both = Needs.Namespaces | Needs.OurPlugins | Needs.ReferencePlugins;
    private readonly ToolBed _bed = new();

    public void Dispose() => _bed.Dispose();

    private void WriteChain(string version, string extra = "") => _bed.Write("10.conflist", $$$"""
        { "cniVersion": "{{{version}}}", "name": "net", "plugins": [
            {"type": "bridge", "bridge": "br0", "isDefaultGateway": true, "ipam": {"type": "host-local", "ranges": [[{"subnet": "10.77.0.0/24"}]]}}{{{extra}}} ] }
        """);

    private ToolResult Run(bool oracle, string path, string verb) =>
        _bed.Run(oracle ? Executables.Oracle : Executables.CniTool, path, [], verb, "net", _bed.Pod.Path);

    private void AssertLife(bool oracle, string path)
    {
        ToolResult added = Run(oracle, path, "add").OrThrow();
        Assert.Equal("10.77.0.2/24", JsonNode.Parse(added.StdoutText)!["ips"]![0]!["address"]!.GetValue<string>());
        Assert.Contains("10.77.0.2/24", _bed.Pod.Ip("address", "show", "dev", "eth0"));
        Assert.Equal(["10.77.0.2"], _bed.Leases("net"));
        Run(oracle, path, "check").OrThrow();
        _bed.Pod.Ip("address", "del", "10.77.0.2/24", "dev", "eth0");
        Assert.Equal(1, Run(oracle, path, "check").ExitStatus);

        Run(oracle, path, "del").OrThrow();
        Assert.DoesNotContain("eth0", _bed.Pod.Ip("link", "show"));
        Assert.Empty(_bed.Leases("net"));
        Assert.Empty(_bed.Cached);
        // Again, as runtimes do.
        Run(oracle, path, "del").OrThrow();
    }

    [ToolFact(Both)]
    public void Our_libcni_drives_the_reference_plugins()
    {
        WriteChain("1.0.0", """, {"type": "tuning", "sysctl": {"net.ipv4.conf.all.log_martians": "1"}}""");

        AssertLife(oracle: false, ReferencePlugins.Directory);
    }

    [ToolFact(Both)]
    public void Our_libcni_drives_our_plugins()
    {
        WriteChain("1.1.0", """, {"type": "bandwidth", "ingressRate": 10000000, "ingressBurst": 1000000}""");

        AssertLife(oracle: false, OurPlugins.Directory);
    }

    [ToolFact(Both, oracle: true)]
    public void The_original_libcni_drives_our_plugins()
    {
        WriteChain("1.0.0", """, {"type": "portmap", "capabilities": {"portMappings": true}}, {"type": "bandwidth", "ingressRate": 10000000, "ingressBurst": 1000000}""");

        AssertLife(oracle: true, OurPlugins.Directory);
    }

    [ToolFact(Both, oracle: true)]
    public void What_the_original_attached_ours_detaches()
    {
        WriteChain("1.0.0");
        Run(oracle: true, ReferencePlugins.Directory, "add").OrThrow();

        Run(oracle: false, OurPlugins.Directory, "check").OrThrow();
        Run(oracle: false, OurPlugins.Directory, "del").OrThrow();
        Assert.DoesNotContain("eth0", _bed.Pod.Ip("link", "show"));
        Assert.Empty(_bed.Leases("net"));
    }

    [ToolFact(Both)]
    public void Capabilities_reach_our_plugins()
    {
        WriteChain("1.0.0", """, {"type": "portmap", "capabilities": {"portMappings": true}}""");
        ToolResult added = _bed.Run(
            Executables.CniTool, OurPlugins.Directory,
            [("CAP_ARGS", """{"portMappings":[{"hostPort":8080,"containerPort":80,"protocol":"tcp"}]}""")], "add", "net", _bed.Pod.Path);
        added.OrThrow();

        Assert.Contains("\"hostPort\":8080", File.ReadAllText(Path.Combine(_bed.Results, Assert.Single(_bed.Cached))));
        // Without CAP_ARGS: a DEL need not repeat them.
        Run(oracle: false, OurPlugins.Directory, "del").OrThrow();
    }

    [ToolFact(Both)]
    public void STATUS_and_GC_of_our_plugins()
    {
        WriteChain("1.1.0");
        Run(oracle: false, OurPlugins.Directory, "status").OrThrow();
        Run(oracle: false, OurPlugins.Directory, "add").OrThrow();

        Run(oracle: false, OurPlugins.Directory, "gc").OrThrow();

        Assert.Empty(_bed.Cached);
        Assert.Empty(_bed.Leases("net"));
        Assert.DoesNotContain("eth0", _bed.Pod.Ip("link", "show"));
    }

    [ToolFact(Both)]
    public void Each_plugins_time_is_told_when_asked_for()
    {
        WriteChain("1.0.0", """, {"type": "bandwidth"}""");
        ToolResult added = _bed.CniTool(OurPlugins.Directory, "add", "--timing", "net", _bed.Pod.Path).OrThrow();

        Assert.Matches(@"^bridge ADD [0-9.]+ ms\nbandwidth ADD [0-9.]+ ms\ncnitool add [0-9.]+ ms\n$", added.StderrText);
        Assert.Matches(
            @"^bandwidth DEL [0-9.]+ ms\nbridge DEL [0-9.]+ ms\ncnitool del [0-9.]+ ms\n$",
            _bed.Run(Executables.CniTool, OurPlugins.Directory, [("CNITOOL_TIMING", "1")], "del", "net", _bed.Pod.Path).OrThrow().StderrText);
    }

    [ToolFact(Both)]
    public void Versions_of_a_networks_plugins()
    {
        WriteChain("1.1.0", """, {"type": "tuning"}""");

        ToolResult result = _bed.CniTool($"{OurPlugins.Directory}:{ReferencePlugins.Directory}", "version", "net");

        string[] lines = result.StdoutText.TrimEnd().Split('\n');
        Assert.Equal(["net 1.1.0", "bridge 0.1.0, 0.2.0, 0.3.0, 0.3.1, 0.4.0, 1.0.0, 1.1.0"], lines[..2]);
        Assert.StartsWith("tuning 0.", lines[2]);
        Assert.Equal(lines[2].EndsWith(": not 1.1.0", StringComparison.Ordinal) ? 1 : 0, result.ExitStatus);
    }
}
