using Dataplane.Benchmarks.Interleaved;
using Dataplane.Benchmarks.Native;
using Dataplane.Benchmarks.Reporting;

namespace Dataplane.Benchmarks.Beds;

/// <summary>
/// A node with a container that bridge has attached, for tuning, and one that comes and goes. Each call is ADD, which is measured, and DEL, which is not.
/// cnitool is ours on both sides: Debian has no package of the original.
/// </summary>
internal sealed class SmallPluginsBed : IDisposable
{
    private const string Network = "whole";
    private readonly Bed _bed;
    private readonly (Child Add, Child Del) _loopback, _static, _tuning, _tool;
    private readonly Child _version;

    public SmallPluginsBed(Side side)
    {
        _bed = new Bed(side);
        _bed.AddOutside();
        string stays = _bed.Add("stays"), comes = _bed.Add("comes");
        Child bridge = _bed.Bridge("ADD", "stays", stays, _bed.Configuration("10.91.0.0/16"));
        _bed.Run(bridge);
        _loopback = Calls("loopback", comes, "lo", """{"cniVersion": "1.0.0", "name": "lo", "type": "loopback"}""");
        _static = Calls("static", comes, "eth0", """
            {"cniVersion": "1.0.0", "name": "fixed", "type": "macvlan",
             "ipam": {"type": "static", "addresses": [{"address": "10.10.0.1/24", "gateway": "10.10.0.254"}], "routes": [{"dst": "0.0.0.0/0"}]}}
            """);
        _tuning = Calls("tuning", stays, "eth0", $$$"""
            {"cniVersion": "1.0.0", "name": "bench", "type": "tuning", "sysctl": {"net.core.somaxconn": "500"}, "mtu": 1400, "prevResult": {{{bridge.Output}}}}
            """);
        _tool = (Tool("add", comes), Tool("del", comes));
        _version = _bed.Plugin("static", "VERSION", string.Empty, string.Empty, string.Empty, """{"cniVersion": "1.0.0"}""");
    }

    private static string CniTool => Path.GetFullPath("artifacts/bin/cnitool");

    /// <summary>A process that does next to nothing: static's VERSION.</summary>
    public Measured Version() => new(1, _bed.Run(_version));

    /// <summary>loopback.</summary>
    public Measured Loopback() => Run(_loopback);

    /// <summary>static, as a main plugin calls it.</summary>
    public Measured Static() => Run(_static);

    /// <summary>tuning: a sysctl and the MTU.</summary>
    public Measured Tuning() => Run(_tuning);

    /// <summary>cnitool with three plugins and a port mapping.</summary>
    public Measured Tool() => Run(_tool);

    public void Dispose() => _bed.Dispose();

    private (Child Add, Child Del) Calls(string plugin, string netns, string ifname, string configuration) =>
        (_bed.Plugin(plugin, "ADD", Path.GetFileName(netns), netns, ifname, configuration), _bed.Plugin(plugin, "DEL", Path.GetFileName(netns), netns, ifname, configuration));

    private Measured Run((Child Add, Child Del) call)
    {
        double time = _bed.Run(call.Add);
        _bed.Run(call.Del);
        return new Measured(1, time);
    }

    private Child Tool(string verb, string netns)
    {
        string networks = Path.Combine(_bed.Leases, "net.d");
        Directory.CreateDirectory(networks);
        File.WriteAllText(Path.Combine(networks, "10-whole.conflist"), $$$"""
            {"cniVersion": "1.0.0", "name": "{{{Network}}}", "plugins": [
              {"type": "bridge", "bridge": "cni1", "isGateway": true, "ipMasq": true,
               "ipam": {"type": "host-local", "dataDir": "{{{_bed.Leases}}}", "ranges": [[{"subnet": "10.92.0.0/16"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
              {"type": "portmap", "capabilities": {"portMappings": true}},
              {"type": "bandwidth", "ingressRate": 100000000, "ingressBurst": 500000, "egressRate": 100000000, "egressBurst": 500000}]}
            """);
        return new Child([CniTool, verb, Network, netns],
        [
            $"NETCONFPATH={networks}", $"CNI_PATH={_bed.Plugins}", $"PATH={Iptables.Path(_bed.Side)}",
            """CAP_ARGS={"portMappings": [{"hostPort": 8082, "containerPort": 80, "protocol": "tcp"}]}""",
        ], string.Empty);
    }
}
