using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dataplane.TestKit;

namespace Dataplane.Node.Tests;

/// <summary>A node with our plugins. At its end every attachment is deleted and nothing of them may be left.</summary>
public abstract class NodeTest : IDisposable
{
    /// <summary>What every test here needs.</summary>
    protected const Needs Ours = Needs.Namespaces | Needs.OurPlugins | Needs.Bpftool | Needs.Ping;

    private readonly List<Attachment> _attachments = [];

    protected NodeTest()
    {
        Bed = new NodeBed();
        Plugins = new PluginRunner(Bed.Host, OurPlugins.Directory);
        Maps = new NodeMaps(Bed);
    }

    protected NodeBed Bed { get; }

    protected PluginRunner Plugins { get; }

    protected NodeMaps Maps { get; }

    /// <summary>A configuration of a network; both families from ranges of its own number (10.N.0.0/24, fd00:N::/64).</summary>
    protected static string Network(string plugin, NodeBed bed, int number = 1, string extra = "") => $$"""
        {"cniVersion": "1.0.0", "name": "net{{number}}", "type": "{{plugin}}"{{(plugin == "bridge" ? $", \"bridge\": \"br{number}\", \"isDefaultGateway\": true" : "")}}{{extra}},
         "ipam": {"type": "host-local", "dataDir": "{{bed.DataDirectory}}",
                  "ranges": [[{"subnet": "10.{{number}}.0.0/24"}], [{"subnet": "fd00:{{number}}::/64"}]]{{(plugin == "ptp" ? ", \"routes\": [{\"dst\": \"0.0.0.0/0\"}, {\"dst\": \"::/0\"}]" : "")}} } }
        """;

    /// <inheritdoc cref="Network(string, NodeBed, int, string)"/>
    protected string Network(string plugin, int number = 1, string extra = "") => Network(plugin, Bed, number, extra);

    /// <summary>Attaches a new pod.</summary>
    protected Attachment Attach(string config, string? args = null) => Attach(Bed, Plugins, config, args);

    /// <summary>Attaches a new pod of any bed; the end of the test detaches it.</summary>
    protected Attachment Attach(NodeBed bed, PluginRunner plugins, string config, string? args = null)
    {
        TestNamespace pod = bed.AddPod();
        string plugin = JsonNode.Parse(config)!["type"]!.GetValue<string>();
        string id = $"pod-{bed.Pods.Count}";
        PluginResult result = plugins.Add(plugin, config, id, pod, args: args).OrThrow();
        var attachment = new Attachment(bed, plugins, plugin, config, id, pod, result);
        _attachments.Add(attachment);
        return attachment;
    }

    /// <summary>Attaches new pods by processes that run at once.</summary>
    protected Attachment[] AttachAll(string config, int count)
    {
        string plugin = JsonNode.Parse(config)!["type"]!.GetValue<string>();
        PluginCall[] calls = [.. Enumerable.Range(0, count).Select(_ => new PluginCall(plugin, "ADD", config)
        {
            Netns = Bed.AddPod().Path,
            ContainerId = $"pod-{Bed.Pods.Count}",
            IfName = "eth0",
        })];
        Process[] processes = [.. calls.Select(Plugins.Start)];
        PluginResult[] results = [.. processes.Zip(calls, static (process, call) =>
        {
            using (process)
            {
                ToolResult result = Tool.Finish(process, Encoding.UTF8.GetBytes(call.Config));
                return new PluginResult(call, result.ExitStatus, result.Stdout, result.Stderr);
            }
        })];
        Attachment[] attached = [.. results.Select(result => new Attachment(Bed, Plugins, plugin, config, result.Call.ContainerId!,
            Bed.Pods.Single(pod => pod.Path == result.Call.Netns), result))];
        _attachments.AddRange(attached);
        Array.ForEach(results, static result => result.OrThrow());
        return attached;
    }

    /// <summary>Detaches a pod before the end of the test.</summary>
    protected void Detach(Attachment attachment)
    {
        _attachments.Remove(attachment);
        attachment.Delete();
    }

    /// <summary>How much each counter grew while <paramref name="code"/> ran.</summary>
    protected IReadOnlyDictionary<string, long> Counted(Action code)
    {
        IReadOnlyDictionary<string, long> before = Maps.Counters();
        code();
        return Maps.Counters().ToDictionary(static counter => counter.Key, counter => counter.Value - before.GetValueOrDefault(counter.Key));
    }

    /// <summary>Packets that left <c>from_pod</c> by the fast path.</summary>
    protected static long Fast(IReadOnlyDictionary<string, long> counters) => counters["FAST_L2"] + counters["FAST_L3"];

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        try
        {
            NodeBed[] beds = [.. _attachments.Select(static attachment => attachment.Bed).Append(Bed).Distinct()];
            foreach (Attachment attachment in _attachments)
            {
                attachment.Delete();
            }
            Array.ForEach(beds, LeakCheck.AssertClean);
        }
        finally
        {
            DisposeBeds();
        }
    }

    /// <summary>Removes the beds; a test with more than one adds its own.</summary>
    protected virtual void DisposeBeds() => Bed.Dispose();
}

/// <summary>A pod that is attached.</summary>
public sealed record Attachment(NodeBed Bed, PluginRunner Plugins, string Plugin, string Config, string Id, TestNamespace Pod, PluginResult Result)
{
    public IPAddress V4 => Result.Address();

    public IPAddress V6 => Result.Address(v6: true);

    public IPAddress Address(bool v6) => v6 ? V6 : V4;

    /// <summary>The host's end of the veth.</summary>
    public string HostVeth => Result.Json!.Value.GetProperty("interfaces").EnumerateArray()
        .Select(static entry => entry.GetProperty("name").GetString()!).Single(LinkTable.IsRandom);

    /// <summary>The configuration with the result of ADD as prevResult.</summary>
    public string ConfigWithResult
    {
        get
        {
            JsonObject config = JsonNode.Parse(Config)!.AsObject();
            config["prevResult"] = JsonNode.Parse(Result.Stdout);
            return config.ToJsonString();
        }
    }

    public PluginResult Check() => Plugins.Check(Plugin, ConfigWithResult, Id, Pod);

    public void Delete() => Plugins.Del(Plugin, Config, Id, Pod).OrThrow();
}
