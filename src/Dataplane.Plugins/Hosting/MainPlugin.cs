using Dataplane.Cni;
using Dataplane.Engine;
using Dataplane.Netlink;

namespace Dataplane.Plugins;

/// <summary>A plugin that makes a container's interface, for itself or as a part of one that does more.</summary>
internal abstract class MainPlugin : CniPlugin
{
    /// <summary>What else belongs to an attachment.</summary>
    /// <param name="node">The node.</param>
    /// <param name="journal">The attachment's, with what the main plugin did.</param>
    /// <param name="addresses">What IPAM gave; null without IPAM.</param>
    public delegate void Addition(Node node, Journal journal, CniResult? addresses);

    /// <inheritdoc/>
    public sealed override CniResult Add(CniRequest request) => Attach(request, Name, null, null);

    /// <summary>ADD.</summary>
    /// <param name="request">The call.</param>
    /// <param name="plugin">The plugin that the record names.</param>
    /// <param name="mac">The hardware address for the container's interface that another plugin has found asked for; null: none, or this one looks itself.</param>
    /// <param name="more">What is done besides, under the same journal.</param>
    /// <exception cref="CniException">It failed, and nothing is left.</exception>
    public abstract CniResult Attach(CniRequest request, string plugin, MacAddress? mac, Addition? more);
}
