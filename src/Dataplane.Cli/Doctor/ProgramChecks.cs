using Dataplane.Bpf;
using Dataplane.Cli.Output;
using Dataplane.Cli.Readers;
using Dataplane.Cli.Rows;

namespace Dataplane.Cli.Doctor;

/// <summary>Are the programs pinned, of this build, and does every endpoint run both.</summary>
internal static class ProgramChecks
{
    private const string Area = "programs";

    /// <summary>Looks at a node.</summary>
    public static IEnumerable<Finding> Run(NodeView node)
    {
        if (node.Programs is not { } programs)
        {
            return
            [
                node.Records.Count == 0
                    ? new Finding(Area, "pins", Verdict.Ok, "are absent: no container was attached on this node yet")
                    : new Finding(Area, "pins", Verdict.Broken, $"are absent, but there are {Humanize.Count(node.Records.Count, "attachment record")}: bpffs was remounted or emptied; attach the containers again"),
            ];
        }

        return [Build(node.IsThisBuild), .. Attached(node.Attachments(), node.DeviceNames, programs.FromPod.Id, programs.ToPod.Id)];
    }

    /// <summary>Whether the programs are those inside this dpctl.</summary>
    public static Finding Build(bool isThisBuild) => isThisBuild
        ? new Finding(Area, "build", Verdict.Ok, "is this dpctl's")
        : new Finding(Area, "build", Verdict.Warning, "is not this dpctl's: the next ADD of the plugins that came with it replaces the programs, connections stay");

    /// <summary>Every endpoint whose device lacks a program, or runs another.</summary>
    public static IEnumerable<Finding> Attached(IReadOnlyList<EndpointFilters> endpoints, IReadOnlyDictionary<uint, string> devices, uint fromPod, uint toPod)
    {
        int healthy = 0;
        foreach (EndpointFilters endpoint in endpoints.Where(e => devices.ContainsKey(e.Ifindex)))
        {
            string missing = (endpoint.Ingress.Contains(fromPod), endpoint.Egress.Contains(toPod)) switch
            {
                (true, true) => string.Empty,
                (false, true) => "from_pod",
                (true, false) => "to_pod",
                _ => "from_pod and to_pod",
            };
            if (missing.Length == 0)
            {
                healthy++;
                continue;
            }

            yield return new Finding(Area, devices[endpoint.Ifindex], Verdict.Broken,
                $"does not run the node's {missing}: something replaced or removed its filters; attach the container again");
        }

        if (healthy > 0)
        {
            yield return new Finding(Area, "from_pod, to_pod", Verdict.Ok, $"run on {Humanize.Count(healthy, "endpoint")}");
        }
    }
}
