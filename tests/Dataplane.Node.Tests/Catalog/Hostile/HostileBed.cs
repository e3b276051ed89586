using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dataplane.TestKit;
using Xunit;

namespace Dataplane.Node.Tests.Catalog.Hostile;

/// <summary>A node and a container that a plugin of the catalog is called for with input that is wrong.</summary>
public sealed class HostileBed : IDisposable
{
    private readonly CatalogEntry _entry;
    private readonly NodeMaps _maps;
    private readonly PluginRunner _plugins;
    private readonly IReadOnlyList<string> _before;

    /// <param name="plugin">the plugin</param>
    public HostileBed(string plugin)
    {
        _entry = CatalogTable.Of(plugin);
        Node = new NodeBed(instantDad: true);
        Place = new CatalogPlace(1, 1, Node.Scratch);
        _entry.Prepare(Node, Place);
        Pod = Node.AddPod();
        _maps = new NodeMaps(Node);
        _plugins = new PluginRunner(Node.Host, OurPlugins.Directory);
        JsonNode? previous = null;
        foreach (string text in _entry.Chain(Place))
        {
            JsonObject config = JsonNode.Parse(text)!.AsObject();
            Complete(config, previous);
            string type = config["type"]!.GetValue<string>();
            // host-local and static are called by their own names.
            if (type == plugin || plugin is "static")
            {
                Config = KnownFields.AddTo(plugin, config);
                break;
            }
            previous = JsonNode.Parse(_plugins.Add(type, config.ToJsonString(), Place.Id, Pod, _entry.IfName).OrThrow().Stdout);
        }
        Plugin = plugin;
        // What a node keeps after its first container (programs, bridge) is there.
        PluginResult first = Call("ADD", Config!.ToJsonString());
        Assert.True(first.Succeeded, $"the configuration to begin with is wrong: {first}");
        Assert.True(Call("DEL", Config.ToJsonString()).Succeeded);
        _before = State();
        Devices = SeenDevices();
    }

    public NodeBed Node { get; }

    public TestNamespace Pod { get; }

    public CatalogPlace Place { get; }

    public string Plugin { get; }

    /// <summary>The configuration to begin with: every field that is known, and the result of the plugins before.</summary>
    public JsonObject Config { get; } = null!;

    private string Devices { get; }

    /// <summary>Calls the plugin, with CNI_ARGS and so on as they are given.</summary>
    public PluginResult Call(string command, string config, Action<Dictionary<string, string>>? change = null) => Call(command, Encoding.UTF8.GetBytes(config), change);

    /// <inheritdoc cref="Call(string, string, Action{Dictionary{string, string}}?)"/>
    public PluginResult Call(string command, byte[] config, Action<Dictionary<string, string>>? change = null)
    {
        bool whole = command is "GC" or "STATUS";
        var environment = new Dictionary<string, string> { ["CNI_COMMAND"] = command, ["CNI_PATH"] = OurPlugins.Directory };
        if (!whole)
        {
            environment["CNI_CONTAINERID"] = Place.Id;
            environment["CNI_NETNS"] = Pod.Path;
            environment["CNI_IFNAME"] = _entry.IfName;
        }
        change?.Invoke(environment);
        using Process process = Tool.Start("/usr/bin/nsenter", [$"--net={Node.Host.Path}", Path.Combine(OurPlugins.Directory, Plugin)], environment);
        ToolResult result = Tool.Finish(process, config);
        return new PluginResult(new PluginCall(Plugin, command, "…"), result.ExitStatus, result.Stdout, result.Stderr);
    }

    /// <summary>
    /// ADD with input that may be wrong: either it is refused in so many words and nothing is left, or it succeeds and DEL takes all of it back.
    /// </summary>
    /// <param name="config">the input</param>
    /// <param name="mutation">what is wrong with it: an error has to name it; null: it need not</param>
    /// <param name="change">changes the environment</param>
    /// <returns>what is not as it should be; null: nothing</returns>
    public string? Attempt(byte[] config, Mutation? mutation = null, Action<Dictionary<string, string>>? change = null)
    {
        PluginResult added = Call("ADD", config, change);
        if (Wrong(added) is { } wrong)
        {
            return wrong;
        }
        if (!added.Succeeded && mutation is not null && !mutation.IsNamedBy($"{added.ErrorMessage}; {added.ErrorDetails}"))
        {
            return $"does not say what is wrong: {added.StdoutText}";
        }
        if (added.Succeeded)
        {
            PluginResult deleted = Call("DEL", config, change);
            if (Wrong(deleted) is { } wrongDel)
            {
                return wrongDel;
            }
            if (!deleted.Succeeded)
            {
                return $"DEL is refused after an ADD that was not: {deleted.StdoutText}";
            }
        }
        string devices = SeenDevices();
        return devices == Devices ? null : $"left behind:\n{devices}\nbefore:\n{Devices}\n{added}";
    }

    /// <summary>A call that is refused has to say so in CNI's form, and nothing else.</summary>
    /// <returns>what is not as it should be; null: nothing</returns>
    public static string? Wrong(PluginResult result)
    {
        string all = result.StdoutText + result.StderrText;
        if (all.Contains("   at ", StringComparison.Ordinal) || all.Contains("nhandled exception", StringComparison.Ordinal))
        {
            return $"a stack trace: {result}";
        }
        if (result.ExitStatus == 0)
        {
            return result.Stdout.Length == 0 || result.Json is not null ? null : $"no JSON: {result}";
        }
        if (result.ExitStatus != 1)
        {
            return $"exit status {result.ExitStatus}: {all[..Math.Min(all.Length, 500)]}";
        }
        return result.ErrorCode is not null && result.ErrorMessage.Length > 0 && result.Json is { ValueKind: JsonValueKind.Object } ? null : $"no error: {result}";
    }

    /// <summary>Nothing of all the calls may be left.</summary>
    public void AssertNothingIsLeft()
    {
        IReadOnlyList<string> now = State();
        Assert.Equal([], now.Except(_before));
        Assert.Equal([], _before.Except(now));
    }

    public void Dispose() => Node.Dispose();

    // Read without a process, after every call.
    private string SeenDevices()
    {
        string[] records = Directory.Exists(Node.RunDirectory)
            ? [.. Directory.EnumerateFiles(Node.RunDirectory, "*:*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)]
            : [];
        // Bridges stay by design, as the reference's do, under whatever name the input has.
        return string.Join('\n', (string[])[.. Names(Node.Host).Where(IsOurs), "-", .. Names(Pod), "-", .. Routes(), "-", .. records, .. LeaseFacts.Addresses(Node.DataDirectory)]);

        // Of the plugins before, which sbr and vrf move.
        IEnumerable<string> Routes() => Pod.Run(static () => File.ReadAllLines("/proc/thread-self/net/route")).Skip(1).Order(StringComparer.Ordinal).ToList();

        static IEnumerable<string> Names(TestNamespace at) =>
            at.Run(static () => File.ReadAllLines("/proc/thread-self/net/dev")).Skip(2).Select(static line => line.Split(':')[0].Trim()).Order(StringComparer.Ordinal).ToList();
    }

    private static bool IsOurs(string device) => LinkTable.IsRandom(device) || device.StartsWith("nic", StringComparison.Ordinal);

    private IReadOnlyList<string> State() =>
        [.. CatalogState.Of(Node, _maps).Where(static line => !line.StartsWith("host ", StringComparison.Ordinal) || IsOurs(line["host ".Length..]))];

    private void Complete(JsonObject config, JsonNode? previous)
    {
        config["cniVersion"] = "1.1.0";
        config["name"] = Place.Name;
        if (previous is not null)
        {
            config["prevResult"] = previous.DeepClone();
        }
    }
}
