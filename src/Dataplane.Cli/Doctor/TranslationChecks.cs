using Dataplane.Cli.Output;
using Dataplane.Cli.Readers;
using Dataplane.Cli.Rows;
using Dataplane.Engine;

namespace Dataplane.Cli.Doctor;

/// <summary>What translation rests on beside the uplinks: host ports and their sockets, exclusions, the sweep.</summary>
internal static class TranslationChecks
{
    private const string Area = "translation";

    // Its timer fires each second.
    private const double SweepIsLate = 30;

    /// <summary>Looks at a node.</summary>
    public static IEnumerable<Finding> Run(NodeView node)
    {
        if (node.Programs is not { } programs)
        {
            return [];
        }

        List<HostPortMapping> mappings = HostPortReader.Read(node);
        return
        [
            HostPorts(mappings),
            Sockets(mappings.Count, node.With(SocketFailure)),
            Exclusions([.. programs.Exclusions.Entries()
                .Where(e => !(node.Endpoints.TryGetValue(e.Key.Ifindex, out Abi.Endpoint owner) && owner.Generation == e.Value.Generation))
                .Select(e => MasqueradeReader.Prefix(e.Key))]),
            Sweep(StatusReader.Sweep(programs), DateTime.UtcNow - StatusReader.LoadedAt(programs.FromPod)),
        ];
    }

    /// <summary>Host ports of owners that are gone.</summary>
    public static Finding HostPorts(IReadOnlyList<HostPortMapping> mappings)
    {
        string[] dead = [.. mappings.Where(m => m.State == HostPortStateNames.Dead).Select(m => $"{FlowTuple.Side(m.HostAddress, m.HostPort)}/{m.Protocol}")];
        return dead.Length == 0
            ? new Finding(Area, "host ports", Verdict.Ok, mappings.Count == 0 ? "are absent: no container has one" : $"{Humanize.Count(mappings.Count, "port")} of attached containers")
            : new Finding(Area, "host ports", Verdict.Warning,
                $"{Humanize.Count(dead.Length, "port")} of containers that are gone ({Some.Of(dead)}) lead nowhere; the next ADD that asks for one gets it, DEL or GC of its network removes it");
    }

    /// <summary>Whether processes of the node reach host ports by their sockets.</summary>
    /// <param name="mappings">How many host ports there are.</param>
    /// <param name="failure">What is missing; null: nothing.</param>
    public static Finding Sockets(int mappings, string? failure) => (mappings, failure) switch
    {
        (0, not null) => new Finding(Area, "host_sockets", Verdict.Ok, "not attached: no container has a host port"),
        (_, null) => new Finding(Area, "host_sockets", Verdict.Ok, "attached at the root cgroup"),
        _ => new Finding(Area, "host_sockets", Verdict.Broken, $"processes of the node do not reach {Humanize.Count(mappings, "host port")}: {failure}"),
    };

    /// <summary>Exclusions of endpoints that are gone.</summary>
    public static Finding Exclusions(IReadOnlyList<string> orphans) => orphans.Count == 0
        ? new Finding(Area, "exclusions", Verdict.Ok, "belong to attached containers")
        : new Finding(Area, "exclusions", Verdict.Warning,
            $"{Humanize.Count(orphans.Count, "row")} of endpoints that are gone ({Some.Of(orphans)}): ignored; the DEL or GC of their network removes them");

    /// <summary>Whether expired connections are cleared.</summary>
    /// <param name="sweep">What it did.</param>
    /// <param name="loaded">How long the programs are there: a new node's first sweep is still to come.</param>
    public static Finding Sweep(SweepReport sweep, TimeSpan loaded) => sweep switch
    {
        { Waiting: 0 } => new Finding(Area, "sweep", Verdict.Ok, "has nothing to do"),
        { LastRunSeconds: null } when loaded.TotalSeconds <= SweepIsLate => new Finding(Area, "sweep", Verdict.Ok, "is about to run"),
        { LastRunSeconds: null } => new Finding(Area, "sweep", Verdict.Warning,
            $"never ran, and {Humanize.Count(sweep.Waiting, "connection")} wait for it: expired ones stay until the map is full; the next ADD or DEL starts it"),
        { LastRunSeconds: > SweepIsLate and { } seconds } => new Finding(Area, "sweep", Verdict.Warning,
            $"last ran {Humanize.Duration(seconds)} ago, and {Humanize.Count(sweep.Waiting, "connection")} wait for it: its timer stopped, or the kernel has none; the next ADD or DEL sees to it"),
        _ => new Finding(Area, "sweep", Verdict.Ok, $"last ran {Humanize.Duration(sweep.LastRunSeconds.Value)} ago"),
    };

    private static string? SocketFailure(Node engine)
    {
        try
        {
            HostSockets.Verify(engine);
            return null;
        }
        catch (NodeException e)
        {
            return e.Message;
        }
    }
}
