using System.Net;
using System.Text;
using Dataplane.Cli.Rows;
using Dataplane.Engine;

namespace Dataplane.Cli.Readers;

/// <summary>What <c>dpctl masquerade explain</c> says.</summary>
internal static class MasqueradeReportReader
{
    /// <summary>Asks the engine.</summary>
    public static MasqueradeReport Read(NodeView node, IPAddress pod, IPAddress destination) =>
        node.With(engine => Report(new MasqueradeExplainer(engine).Explain(pod, destination)));

    /// <summary>The engine's answer in words.</summary>
    public static MasqueradeReport Report(MasqueradeExplanation explanation) => new()
    {
        Pod = explanation.Container.ToString(),
        Destination = explanation.Destination.ToString(),
        Verdict = VerdictName(explanation.Verdict),
        Reason = explanation.Text,
        Endpoint = explanation.EndpointName,
        Device = explanation.DeviceName,
        Gateway = Text(explanation.Gateway),
        Route = explanation.Route,
        Table = explanation.Table,
        SourceAddress = Text(explanation.Source),
        DefaultSourceAddress = Text(explanation.DefaultSource),
        Exclusion = explanation.Exclusion,
        PortMin = explanation.PortMin,
        PortMax = explanation.PortMax,
    };

    /// <summary>"not_asked" for NotAsked.</summary>
    public static string VerdictName(MasqueradeVerdict verdict)
    {
        var name = new StringBuilder();
        foreach (char letter in verdict.ToString())
        {
            _ = char.IsAsciiLetterUpper(letter) && name.Length > 0 ? name.Append('_').Append(char.ToLowerInvariant(letter)) : name.Append(char.ToLowerInvariant(letter));
        }

        return name.ToString();
    }

    private static string Text(IPAddress? address) => address?.ToString() ?? string.Empty;
}
