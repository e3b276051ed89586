using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Dataplane.TestKit;

namespace Dataplane.Conformance.Tests;

/// <summary>What was seen after one step.</summary>
public sealed record StepOutcome(Step Step, PluginResult? Result, Facts Facts, Facts Before);

/// <summary>Runs a case once, with the plugins of one directory on a node of its own.</summary>
public static partial class CaseRun
{
    /// <summary>Where nodes keep leases by default and in the examples.</summary>
    private static readonly string[] s_nodeDirectories =
        ["/var/lib/cni/networks", "/run/ipam-state", "/var/my-orchestrator/container-ipam-state"];

    public static IReadOnlyList<StepOutcome> Of(Case given, string directory)
    {
        using var bed = new NodeBed(pods: given.Steps.Max(static step => step.Pod ?? 1), instantDad: true);
        using DhcpNode? dhcp = given.Dhcp is { } options ? DhcpNode.Start(bed, directory, options) : null;
        var runner = new PluginRunner(bed.Host, directory) { Binds = given.SeedDirectories ? Binds(bed) : new Dictionary<string, string>() };
        var knownMacs = MacAddress().Matches(string.Join(' ', given.Steps.Select(step => $"{step.Args} {step.Config} {string.Join(' ', step.Words)}")) + given.Config)
            .Select(static match => match.Value.ToLowerInvariant()).ToHashSet();
        var results = new Dictionary<string, JsonNode>();
        var outcomes = new List<StepOutcome>();
        Facts before = BedState.Capture(bed, knownMacs).Facts;
        foreach (Step step in given.Steps)
        {
            PluginResult? result = null;
            switch (step.Kind)
            {
                case StepKind.Plugin:
                    result = runner.Run(CallOf(given, step, bed, directory, results));
                    Remember(step, result, results);
                    break;
                case StepKind.Host:
                    bed.Host.Exec(step.Words[0], [.. step.Words.Skip(1)]).OrThrow();
                    break;
                case StepKind.Pod:
                    bed.Pods[step.Pod!.Value - 1].Exec(step.Words[0], [.. step.Words.Skip(1)]).OrThrow();
                    break;
                case StepKind.File:
                    string path = Path.Combine(bed.DataDirectory, step.Words[0]);
                    Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                    File.WriteAllText(path, step.Words[1]);
                    break;
            }
            BedState state = BedState.Capture(bed, knownMacs);
            var facts = new Facts();
            facts.AddAll("", state.Facts);
            if (given.Plugin == "bandwidth")
            {
                LimitFacts.Add(facts, bed, state.Links);
            }
            if (result is not null)
            {
                ResultFacts.Add(facts, result, bed, state.Links);
            }
            outcomes.Add(new StepOutcome(step, result, facts, before));
            before = state.Facts;
        }
        return outcomes;
    }

    private static PluginCall CallOf(Case given, Step step, NodeBed bed, string directory, Dictionary<string, JsonNode> results)
    {
        string config = (step.Config ?? given.Config).Replace("$DATA", bed.DataDirectory, StringComparison.Ordinal)
            .Replace("$SOCKET", Path.Combine(bed.Scratch, "dhcp.sock"), StringComparison.Ordinal);
        if (step is { Command: "CHECK" or "DEL", WithoutPrevResult: false } && results.TryGetValue(Key(step), out JsonNode? previous))
        {
            config = WithPrevResult(config, previous, since: "0.4.0");
        }
        else if (step.IsChained && results.TryGetValue(Last(step), out JsonNode? before))
        {
            config = WithPrevResult(config, before, since: "0.3.0");
        }
        return new PluginCall(step.Plugin ?? given.Plugin, step.Command, config)
        {
            ContainerId = step.Id,
            Netns = (step.Netns ?? (step.Pod is { } pod ? bed.Pods[pod - 1].Path : null))?.Replace("$SCRATCH", bed.Scratch, StringComparison.Ordinal)
                .Replace("$HOST", bed.Host.Path, StringComparison.Ordinal),
            IfName = step.IfName,
            Args = step.Args,
            WithoutPath = step.WithoutPath,
            Path = step.Path?.Replace("$OURS", OurPlugins.Directory, StringComparison.Ordinal)
                .Replace("$REFERENCE", ReferencePlugins.Directory, StringComparison.Ordinal),
            // The reference looks for iptables and nft; ours gets nothing but CNI_*.
            Extra = directory == ReferencePlugins.Directory
                ? new Dictionary<string, string>(step.Extra) { ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin" }
                : step.Extra,
        };
    }

    // What libcni does: the result of ADD comes back as prevResult, to CHECK and DEL from version 0.4.0 on.
    private static string WithPrevResult(string config, JsonNode previous, string since)
    {
        if (JsonNode.Parse(config) is not JsonObject json || string.CompareOrdinal(json["cniVersion"]?.ToString() ?? "0.1.0", since) < 0)
        {
            return config;
        }
        json["prevResult"] = previous.DeepClone();
        return json.ToJsonString();
    }

    private static void Remember(Step step, PluginResult result, Dictionary<string, JsonNode> results)
    {
        if (step.Command == "ADD" && result.Succeeded && result.Stdout.Length > 0)
        {
            results[Key(step)] = results[Last(step)] = JsonNode.Parse(result.Stdout)!;
        }
    }

    private static string Last(Step step) => $"last of {step.Id}/{step.IfName}";

    private static string Key(Step step) => $"{step.Id}/{step.IfName}/{(step.Config is null ? "" : NetworkName().Match(step.Config).Value)}";

    private static Dictionary<string, string> Binds(NodeBed bed)
    {
        var binds = new Dictionary<string, string>();
        foreach (string directory in s_nodeDirectories)
        {
            // All at one place: the names of the networks keep them apart, and the snapshot shows them.
            binds[directory] = bed.DataDirectory;
        }
        Directory.CreateDirectory(bed.DataDirectory);
        return binds;
    }

    [GeneratedRegex("[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}")]
    private static partial Regex MacAddress();

    [GeneratedRegex("\"name\": *\"[^\"]*\"")]
    private static partial Regex NetworkName();
}
