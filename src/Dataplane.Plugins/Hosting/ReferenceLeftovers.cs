using System.Net;
using Dataplane.Cni;
using Dataplane.Engine;

namespace Dataplane.Plugins;

/// <summary>
/// Removes what the reference plugins left in netfilter for an attachment, so that a node can be switched while containers run. Each
/// plugin cleans up after its namesake: in a chain of both kinds of plugins, the other's rules are in use. Nothing here fails a call.
/// </summary>
internal static class ReferenceLeftovers
{
    // About a thousand rules, read in a tenth of a millisecond. At ADD there is hardly ever something, and a kube-proxy on
    // iptables-legacy has tables of megabytes.
    private const int LargestLegacyTableAtAdd = 256 * 1024;

    /// <summary>bridge and ptp: the rules that masqueraded the container.</summary>
    /// <param name="request">The call, ADD or DEL.</param>
    /// <param name="log">What is told.</param>
    public static void RemoveMasquerade(CniRequest request, ILog log)
    {
        string network = request.Config.Name;
        ReferenceMasquerade.Remove(
            ReferenceNames.MasqueradeChain(network, request.ContainerId),
            ReferenceNames.MasqueradeCommentPrefix(network, request.IfName, request.ContainerId),
            LargestLegacyTable(request),
            log);
    }

    /// <summary>portmap: the rules of the container's ports.</summary>
    /// <param name="request">The call, ADD or DEL.</param>
    /// <param name="log">What is told.</param>
    public static void RemovePortMappings(CniRequest request, ILog log)
    {
        string network = request.Config.Name;
        ReferencePortMappings.Remove(
            ReferenceNames.PortmapDnatChain(network, request.ContainerId),
            ReferenceNames.PortmapSnatChain(network, request.ContainerId),
            request.ContainerId,
            LargestLegacyTable(request),
            log);
    }

    /// <summary>firewall: the rules of the container's addresses.</summary>
    /// <param name="request">The call, ADD or DEL.</param>
    /// <param name="addresses">The addresses.</param>
    /// <param name="log">What is told.</param>
    public static void RemoveFirewall(CniRequest request, IReadOnlyList<IPAddress> addresses, ILog log) =>
        ReferenceFirewall.Remove(addresses, LargestLegacyTable(request), log);

    private static int LargestLegacyTable(CniRequest request) => request.Command == CniCommand.Add ? LargestLegacyTableAtAdd : int.MaxValue;
}
