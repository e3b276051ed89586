using Dataplane.Node.Tests.Limits;
using Dataplane.Node.Tests.Nat;
using Dataplane.TestKit;

namespace Dataplane.Node.Tests.AllInOne;

/// <summary>A node with containers of a chain, and others that the plugin "dataplane" attached alone.</summary>
public sealed class AllInOneBed : LimitBed
{
    /// <summary>The port of the node that leads to <see cref="LimitBed.Port"/> of a container.</summary>
    public const int HostPort = 8080;

    private const int Number = 3;
    private readonly string _mode;

    /// <param name="mode">bridge or ptp</param>
    public AllInOneBed(string mode)
        : base(mode) => _mode = mode;

    /// <summary>Attaches a container with a host port.</summary>
    /// <param name="limit">further fields, such as a limit's; empty: none</param>
    /// <param name="hostPort">of the node</param>
    public LimitedPod AttachAlone(string limit = "", int hostPort = HostPort) => new(Attach(Alone(limit), Ports(hostPort, Port)), hostPort);

    /// <summary>The network whose only plugin is "dataplane".</summary>
    /// <param name="more">further fields</param>
    public PluginChain Alone(string more = "") => new(Plugins, "net3", Config(more));

    /// <summary>The configuration of that plugin.</summary>
    /// <param name="more">further fields</param>
    public string Config(string more = "") => MainPlugin(_mode, Number, more.Length > 0 ? ", " + more : "").Replace(
        $"\"type\": \"{_mode}\"",
        $"\"type\": \"dataplane\", \"mode\": \"{_mode}\", \"capabilities\": {{\"portMappings\": true}}",
        StringComparison.Ordinal);
}
