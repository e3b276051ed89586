using System.Text;
using Dataplane.Cni.Runtime;

namespace Dataplane.Cni.Tests.Runtime;

/// <summary>Plugins that only answer, a cache and a directory of networks, all in a temporary directory.</summary>
internal sealed class RuntimeBed : IPluginExecutor, IDisposable
{
    public const string Result = """{"cniVersion":"1.0.0","interfaces":[{"name":"eth0","sandbox":"/ns"}],"ips":[{"address":"10.1.2.3/24","interface":0}],"dns":{}}""";

    public RuntimeBed(params string[] plugins)
    {
        foreach (string plugin in plugins)
        {
            File.WriteAllText(Path.Join(Root, plugin), "");
        }
        Directory.CreateDirectory(Networks);
        Cache = new ResultCache(Path.Join(Root, "cache"));
        Runtime = new CniRuntime(Root, this, Cache) { Timing = Timings.Add };
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("dataplane-libcni-").FullName;

    public string Networks => Path.Join(Root, "net.d");

    public string Results => Path.Join(Root, "cache", "results");

    public ResultCache Cache { get; }

    public CniRuntime Runtime { get; }

    public List<RecordedCall> Calls { get; } = [];

    public List<PluginTiming> Timings { get; } = [];

    /// <summary>What a call answers; null: success, and for ADD <see cref="Result"/>.</summary>
    public Func<RecordedCall, PluginOutput?> Answer { get; set; } = _ => null;

    public static RuntimeAttachment Attachment(string id = "one", string ifName = "eth0", string capabilities = "") => new()
    {
        ContainerId = id,
        NetnsPath = "/ns",
        IfName = ifName,
        CapabilityArgs = capabilities.Length > 0 ? Json(capabilities) : default,
    };

    public static JsonView Json(string text) => JsonView.Parse(Encoding.UTF8.GetBytes(text));

    public static NetworkList List(string json) => NetworkList.Parse(Encoding.UTF8.GetBytes(json));

    public static PluginOutput Fails(string message, uint code = 999, string details = "") => new()
    {
        Failure = "exit status 1",
        Stdout = Encoding.UTF8.GetBytes($$"""{"code":{{code}},"msg":"{{message}}","details":"{{details}}"}"""),
    };

    public static PluginOutput Prints(string text) => new() { Stdout = Encoding.UTF8.GetBytes(text) };

    public string Write(string name, string text)
    {
        string path = Path.Join(Networks, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public PluginOutput Execute(string binaryPath, ReadOnlySpan<byte> stdin, IReadOnlyList<KeyValuePair<string, string>> cniEnvironmentOverrides)
    {
        var call = new RecordedCall(Path.GetFileName(binaryPath), Encoding.UTF8.GetString(stdin), cniEnvironmentOverrides.ToDictionary());
        Calls.Add(call);
        return Answer(call) ?? (call.Command == "ADD" ? Prints(Result) : new PluginOutput());
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
