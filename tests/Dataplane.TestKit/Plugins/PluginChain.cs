using System.Text.Json.Nodes;

namespace Dataplane.TestKit;

/// <summary>A port of the node for a pod, as a runtime states it.</summary>
public sealed record PortMapping(int HostPort, int ContainerPort, string Protocol, string? HostIp = null);

/// <summary>
/// Calls the plugins of a network one after the other as libcni does: every one gets the network's name and version and the result of
/// the one before as prevResult, and those that state the capability get the port mappings as runtimeConfig.
/// </summary>
/// <param name="plugins">where they run, and from which directory</param>
/// <param name="name">of the network</param>
/// <param name="configs">a JSON object for each plugin, without name and cniVersion</param>
public sealed class PluginChain(PluginRunner plugins, string name, params string[] configs)
{
    public const string Version = "1.0.0";

    /// <summary>The last plugin's result, which is what a runtime keeps.</summary>
    /// <exception cref="InvalidOperationException">a plugin failed; those before it are not undone</exception>
    public PluginResult Add(string containerId, TestNamespace pod, IReadOnlyList<PortMapping> mappings, string? args = null)
    {
        PluginResult? result = null;
        foreach (string config in configs)
        {
            string complete = Complete(config, mappings, result?.Stdout, out string plugin);
            result = plugins.Add(plugin, complete, containerId, pod, args: args).OrThrow();
        }
        return result!;
    }

    /// <summary>CHECK of every plugin, with the result of ADD.</summary>
    public void Check(string containerId, TestNamespace pod, IReadOnlyList<PortMapping> mappings, byte[] added)
    {
        foreach (string config in configs)
        {
            string complete = Complete(config, mappings, added, out string plugin);
            plugins.Check(plugin, complete, containerId, pod).OrThrow();
        }
    }

    /// <summary>DEL of every plugin from the last to the first; what a runtime has forgotten is null.</summary>
    public void Delete(string containerId, TestNamespace? pod, IReadOnlyList<PortMapping> mappings, byte[]? added)
    {
        for (int i = configs.Length - 1; i >= 0; i--)
        {
            string complete = Complete(configs[i], mappings, added, out string plugin);
            plugins.Del(plugin, complete, containerId, pod).OrThrow();
        }
    }

    private string Complete(string config, IReadOnlyList<PortMapping> mappings, byte[]? previous, out string plugin)
    {
        JsonObject complete = JsonNode.Parse(config)!.AsObject();
        plugin = complete["type"]!.GetValue<string>();
        complete["cniVersion"] = Version;
        complete["name"] = name;
        if (complete["capabilities"]?["portMappings"]?.GetValue<bool>() == true && mappings.Count > 0)
        {
            complete["runtimeConfig"] = new JsonObject
            {
                ["portMappings"] = new JsonArray([.. mappings.Select(Json)]),
            };
        }
        if (previous is not null)
        {
            complete["prevResult"] = JsonNode.Parse(previous);
        }
        return complete.ToJsonString();
    }

    private static JsonObject Json(PortMapping mapping)
    {
        var json = new JsonObject
        {
            ["hostPort"] = mapping.HostPort,
            ["containerPort"] = mapping.ContainerPort,
            ["protocol"] = mapping.Protocol,
        };
        if (mapping.HostIp is not null)
        {
            json["hostIP"] = mapping.HostIp;
        }
        return json;
    }
}
