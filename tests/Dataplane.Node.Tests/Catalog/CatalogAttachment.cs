using System.Text.Json.Nodes;
using Dataplane.TestKit;

namespace Dataplane.Node.Tests.Catalog;

/// <summary>An attachment by a chain of the catalog, as a runtime keeps it.</summary>
/// <param name="entry">the chain</param>
/// <param name="plugins">where it runs</param>
/// <param name="at">which attachment</param>
/// <param name="pod">its namespace</param>
public sealed class CatalogAttachment(CatalogEntry entry, PluginRunner plugins, CatalogPlace at, TestNamespace pod)
{
    private JsonNode? _result;

    /// <summary>The container's namespace.</summary>
    public TestNamespace Pod => pod;

    /// <summary>For GC's list.</summary>
    public JsonObject Name => new() { ["containerID"] = at.Id, ["ifname"] = entry.IfName };

    /// <summary>Its first address.</summary>
    public System.Net.IPAddress Address => System.Net.IPAddress.Parse(_result!["ips"]![0]!["address"]!.GetValue<string>().Split('/')[0]);

    /// <summary>ADD of the chain.</summary>
    public CatalogAttachment Add()
    {
        foreach (string config in entry.Chain(at))
        {
            _result = JsonNode.Parse(Call("ADD", config, _result).OrThrow().Stdout);
        }
        return this;
    }

    /// <summary>CHECK of the chain.</summary>
    public void Check()
    {
        foreach (string config in entry.Chain(at))
        {
            Call("CHECK", config, _result).OrThrow();
        }
    }

    /// <summary>DEL of the chain, backwards.</summary>
    public void Delete()
    {
        foreach (string config in entry.Chain(at).Reverse())
        {
            Call("DEL", config, _result).OrThrow();
        }
    }

    /// <summary>A call without a container, of each plugin of a network's chain.</summary>
    /// <param name="entry">the chain</param>
    /// <param name="plugins">where it runs</param>
    /// <param name="at">which network</param>
    /// <param name="command">GC or STATUS</param>
    /// <param name="valid">GC's list; null: none is given</param>
    public static void Whole(CatalogEntry entry, PluginRunner plugins, CatalogPlace at, string command, JsonArray? valid)
    {
        foreach (string config in entry.Chain(at))
        {
            JsonObject complete = Complete(config, at);
            if (valid is not null)
            {
                complete["cni.dev/valid-attachments"] = valid.DeepClone();
            }
            plugins.Run(new PluginCall(complete["type"]!.GetValue<string>(), command, complete.ToJsonString())).OrThrow();
        }
    }

    private static JsonObject Complete(string config, CatalogPlace at)
    {
        JsonObject complete = JsonNode.Parse(config)!.AsObject();
        complete["cniVersion"] = "1.1.0";
        complete["name"] = at.Name;
        return complete;
    }

    private PluginResult Call(string command, string config, JsonNode? previous)
    {
        JsonObject complete = Complete(config, at);
        if (previous is not null)
        {
            complete["prevResult"] = previous.DeepClone();
        }
        return plugins.Run(new PluginCall(complete["type"]!.GetValue<string>(), command, complete.ToJsonString())
        {
            ContainerId = at.Id,
            IfName = entry.IfName,
            Netns = pod.Path,
        });
    }
}
