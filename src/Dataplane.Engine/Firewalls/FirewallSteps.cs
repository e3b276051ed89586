using System.Globalization;
using System.Net;
using Dataplane.Abi;

namespace Dataplane.Engine;

/// <summary>
/// What a record says of a firewall: "<c>firewall IFINDEX GENERATION allow,same-bridge</c>" and "<c>zone ZONE ADDRESS</c>", the zone's name with
/// everything but letters and digits escaped.
/// </summary>
internal static class FirewallSteps
{
    /// <summary>All flags of an endpoint that the plugin firewall sets.</summary>
    public const EndpointFlags All = EndpointFlags.Allow | EndpointFlags.SameBridge | EndpointFlags.Isolated;

    /// <summary>The line of a step.</summary>
    public static string Line(AttachmentStep step) => step.Kind == StepKind.Zone
        ? string.Concat("zone ", Uri.EscapeDataString(step.Name), " ", step.Address!.ToString())
        : string.Concat("firewall ", step.Row, " ", step.Name);

    /// <summary>Reads a line; null when it is none of these.</summary>
    public static AttachmentStep? Parse(string[] words)
    {
        switch (words[0])
        {
            case "firewall" when words.Length == 4 && int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index > 0
                    && uint.TryParse(words[2], NumberStyles.None, CultureInfo.InvariantCulture, out uint generation) && generation > 0:
                return AttachmentStep.Firewall(new FlowSide { Ifindex = (uint)index, Generation = generation }, Flags(words[3]));
            case "zone" when words.Length == 3 && IPAddress.TryParse(words[2], out IPAddress? address):
                return AttachmentStep.Zone(Uri.UnescapeDataString(words[1]), address);
            default:
                return null;
        }
    }

    /// <summary>The flags of an endpoint as words.</summary>
    public static string Words(EndpointFlags flags) => (flags & All) switch
    {
        EndpointFlags.Allow => "allow",
        EndpointFlags.Allow | EndpointFlags.SameBridge => "allow,same-bridge",
        EndpointFlags.Allow | EndpointFlags.SameBridge | EndpointFlags.Isolated => "allow,isolated",
        EndpointFlags.SameBridge => "same-bridge",
        EndpointFlags.SameBridge | EndpointFlags.Isolated => "isolated",
        _ => "none",
    };

    /// <summary>And back; what is not known is none.</summary>
    public static EndpointFlags Flags(string words)
    {
        EndpointFlags flags = EndpointFlags.None;
        foreach (string word in words.Split(','))
        {
            flags |= word switch
            {
                "allow" => EndpointFlags.Allow,
                "same-bridge" => EndpointFlags.SameBridge,
                "isolated" => EndpointFlags.SameBridge | EndpointFlags.Isolated,
                _ => EndpointFlags.None,
            };
        }

        return flags;
    }

    /// <summary>The flags that a container is to have.</summary>
    public static EndpointFlags Flags(FirewallRequest request) => (request.Zone is null ? EndpointFlags.Allow : EndpointFlags.None) | request.Policy switch
    {
        IngressPolicy.SameBridge => EndpointFlags.SameBridge,
        IngressPolicy.Isolated => EndpointFlags.SameBridge | EndpointFlags.Isolated,
        _ => EndpointFlags.None,
    };
}
