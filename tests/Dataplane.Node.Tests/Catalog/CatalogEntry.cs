using Dataplane.TestKit;

namespace Dataplane.Node.Tests.Catalog;

/// <summary>A plugin of the catalog, in a chain in which it works.</summary>
/// <param name="Plugin">the plugin, one of the chain's</param>
/// <param name="Chain">the chain's plugins, a JSON object each without name and version</param>
public sealed record CatalogEntry(string Plugin, Func<CatalogPlace, string[]> Chain)
{
    /// <summary>What it needs of the machine.</summary>
    public Needs Needs { get; init; }

    /// <summary>What the node has to have for an attachment.</summary>
    public Action<NodeBed, CatalogPlace> Prepare { get; init; } = static (_, _) => { };

    /// <summary>The interface in the container.</summary>
    public string IfName { get; init; } = "eth0";

    /// <summary>Whether its attachments have an address that answers.</summary>
    public bool Answers { get; init; } = true;

    public override string ToString() => Plugin;
}
