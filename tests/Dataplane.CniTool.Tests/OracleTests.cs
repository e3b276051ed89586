using System.Text.Json.Nodes;
using Dataplane.TestKit;

namespace Dataplane.CniTool.Tests;

/// <summary>
/// cnitool beside the original libcni: what plugins read, what is printed, and what is in the cache. Byte for byte; only that Debian's libcni (1.1.2) is older than
/// the namespace in the cache, and than the order of members and the left out "dns" in results from 1.0.0 on.
/// </summary>
public sealed class OracleTests : IDisposable
{
    private const string Result1 = """{"cniVersion":"1.0.0","interfaces":[{"name":"eth0","mac":"02:00:00:00:00:01","sandbox":"/x"}],"ips":[{"address":"10.1.2.3/24","gateway":"10.1.2.1","interface":0}],"routes":[{"dst":"0.0.0.0/0","gw":"10.1.2.1"}],"dns":{"nameservers":["10.1.2.1"]},"unknown":1}""";
    private const string Result4 = """{"cniVersion":"0.4.0","interfaces":[{"name":"eth0"}],"ips":[{"version":"4","address":"10.1.2.3/24","interface":0},{"version":"6","address":"fd00::3/64"}],"dns":{}}""";
    private const string Result2 = """{"cniVersion":"0.2.0","ip4":{"ip":"10.1.2.3/24","gateway":"10.1.2.1","routes":[{"dst":"10.0.0.0/8"}]},"dns":{"search":["a","b"]}}""";
    private readonly ToolBed _bed = new();

    public void Dispose() => _bed.Dispose();

    private RecordingPlugins Plugins(string first, string second) => new(Path.Combine(_bed.Node.Scratch, "bin"), ("first", first), ("second", second));

    private (ToolResult Result, string[] Calls) Call(bool ours, RecordingPlugins plugins, string verb, params (string, string)[] variables) =>
        (_bed.Run(ours ? Executables.CniTool : Executables.Oracle, plugins.Directory, variables, verb, "net", _bed.Pod.Path), plugins.TakeCalls());

    private void AssertSame(RecordingPlugins plugins, string verb, params (string, string)[] variables)
    {
        (ToolResult Result, string[] Calls) theirs = Call(false, plugins, verb, variables);
        string cached = Cached();
        if (verb == "add")
        {
            Directory.Delete(_bed.Results, recursive: true);
        }
        (ToolResult Result, string[] Calls) ours = Call(true, plugins, verb, variables);

        Assert.Equal((theirs.Result.ExitStatus, theirs.Result.StderrText), (ours.Result.ExitStatus, ours.Result.StderrText));
        AssertSame([theirs.Result.StdoutText], [ours.Result.StdoutText]);
        AssertSame(theirs.Calls, ours.Calls);
        string netns = $"\"netns\":\"{_bed.Pod.Path}\",";
        AssertSame([cached.Replace(netns, "")], [Cached().Replace(netns, "")]);
    }

    private static void AssertSame(string[] theirs, string[] ours)
    {
        Assert.Equal(theirs.Length, ours.Length);
        for (int i = 0; i < theirs.Length; i++)
        {
            if (theirs[i].Contains("\"cniVersion\":\"1.0.0\",\"i") || theirs[i].Contains("\"cniVersion\":\"1.0.0\",\"dns") || theirs[i].StartsWith("{\n    \"cniVersion\": \"1.0.0\"", StringComparison.Ordinal))
            {
                Assert.Equal(Sorted(theirs[i]), Sorted(ours[i]));
            }
            else
            {
                Assert.Equal(theirs[i], ours[i]);
            }
        }
    }

    // The JSON at a text's end, with its members in order and without an empty "dns".
    private static string Sorted(string text)
    {
        int start = text.IndexOf('{');
        return text[..start] + Sort(JsonNode.Parse(text[start..]))!.ToJsonString();

        static JsonNode? Sort(JsonNode? node) => node switch
        {
            JsonObject members => new JsonObject(members
                .Where(m => m is not { Key: "dns", Value: JsonObject { Count: 0 } })
                .OrderBy(m => m.Key, StringComparer.Ordinal)
                .Select(m => KeyValuePair.Create(m.Key, Sort(m.Value)))),
            JsonArray items => new JsonArray([.. items.Select(Sort)]),
            _ => node?.DeepClone(),
        };
    }

    private string Cached() => _bed.Cached is [string file] ? File.ReadAllText(Path.Combine(_bed.Results, file)) : "";

    [ToolTheory(oracle: true)]
    [InlineData("1.0.0", Result1, Result1)]
    [InlineData("1.0.0", Result4, Result1)]
    [InlineData("0.4.0", Result4, Result4)]
    [InlineData("0.3.1", Result4, Result2)]
    [InlineData("0.2.0", Result2, Result2)]
    [InlineData("1.0.0", "{}", "{}")]
    public void The_same_call_is_the_same_bytes_everywhere(string version, string first, string second)
    {
        RecordingPlugins plugins = Plugins(first, second);
        _bed.Write("10.conflist", $$$"""
            { "cniVersion": "{{{version}}}", "name": "net", "x": "<&>",
              "plugins": [ {"type": "first", "mtu": 1500.0, "z": {"b": 1, "a": "ü\u2028"}, "capabilities": {"mac": true, "ips": false, "portMappings": true}},
                           {"type": "second", "name": "own", "big": 12345678901234567890, "capabilities": {"ips": true}} ] }
            """);
        (string, string)[] variables =
        [
            ("CNI_ARGS", "IgnoreUnknown=1;K8S_POD_NAME=p"),
            ("CAP_ARGS", """{"portMappings":[{"hostPort":8080,"containerPort":80,"protocol":"tcp"}],"mac":"02:00:00:00:00:01","unused":{"b":1,"a":1.5e10}}"""),
            ("CNI_IFNAME", "net0"),
        ];
        AssertSame(plugins, "add", variables);
        if (version is "1.0.0" or "0.4.0")
        {
            AssertSame(plugins, "check", variables);
        }
        string cached = Cached();
        string file = Path.Combine(_bed.Results, Assert.Single(_bed.Cached));
        (ToolResult Result, string[] Calls) theirs = Call(false, plugins, "del", variables);
        Assert.Empty(_bed.Cached);
        File.WriteAllText(file, cached);
        (ToolResult Result, string[] Calls) ours = Call(true, plugins, "del", variables);

        Assert.Equal(2, theirs.Calls.Length);
        AssertSame(theirs.Calls, ours.Calls);
        Assert.Equal((0, ""), (ours.Result.ExitStatus, ours.Result.StderrText));
        Assert.Empty(_bed.Cached);
    }

    [ToolFact(oracle: true)]
    public void A_single_plugin_file_is_the_same_too()
    {
        RecordingPlugins plugins = Plugins(Result1, Result1);
        _bed.Write("10.conf", """{"type": "first", "name": "net", "cniVersion": "1.0.0", "b": [1, {"d": 1, "c": 2}]}""");

        AssertSame(plugins, "add");
        AssertSame(plugins, "check");
    }

    [ToolTheory(oracle: true)]
    [InlineData("""{"code":11,"msg":"no address","details":"full"}""")]
    [InlineData("""{"code":7,"msg":"bad"}""")]
    [InlineData("")]
    [InlineData("oops")]
    [InlineData("{\"code\":\"x\"}")]
    public void A_plugins_failure_is_told_in_the_same_words(string output)
    {
        RecordingPlugins plugins = Plugins(Result4, Result4);
        _bed.Write("10.conflist", """{"cniVersion":"0.4.0","name":"net","plugins":[{"type":"first"},{"type":"second","name":"own"}]}""");
        plugins.Fail("second", "ADD", output);
        plugins.Fail("second", "DEL", output);
        (ToolResult Result, string[] Calls) theirs = Call(false, plugins, "add");
        (ToolResult Result, string[] Calls) ours = Call(true, plugins, "add");

        // The original names its own types where an error cannot be decoded.
        string expected = theirs.Result.StderrText.Replace("Go struct field Error.code", "Go struct field .code");
        Assert.Equal((theirs.Result.ExitStatus, theirs.Result.StdoutText, expected), (ours.Result.ExitStatus, ours.Result.StdoutText, ours.Result.StderrText));
        Assert.Equal(theirs.Calls, ours.Calls);
        Assert.Empty(_bed.Cached);
        expected = Call(false, plugins, "del").Result.StderrText.Replace("Go struct field Error.code", "Go struct field .code");
        Assert.StartsWith("plugin type=\"second\" name=\"own\" failed (delete): ", expected);
        Assert.Equal(expected, Call(true, plugins, "del").Result.StderrText);
    }

    [ToolTheory(oracle: true)]
    [InlineData("""{"cniVersion":"1.0.0","name":"net","plugins":[{"type":"missing"}]}""", "/a:/b")]
    [InlineData("""{"cniVersion":"1.0.0","name":"net","plugins":[{"type":"a/b"}]}""", "/a")]
    [InlineData("""{"cniVersion":"1.0.0","name":"net","plugins":[{"type":"x"}]}""", "")]
    [InlineData("""{"cniVersion":"1.0.0","name":"net","plugins":[]}""", "/a")]
    [InlineData("""{"cniVersion":"1.0.0","name":"net","plugins":[{}]}""", "/a")]
    [InlineData("""{"cniVersion":"1.0.0","name":"other","plugins":[{"type":"x"}]}""", "/a")]
    [InlineData("""{"cniVersion":"1.0.0","plugins":[{"type":"x"}]}""", "/a")]
    [InlineData("""{"cniVersion":1,"name":"net"}""", "/a")]
    [InlineData("{", "/a")]
    [InlineData("", "/a")]
    public void A_broken_network_is_told_in_the_same_words(string network, string path)
    {
        _bed.Write("10.conflist", network);
        ToolResult theirs = _bed.Run(Executables.Oracle, path, [], "add", "net", _bed.Pod.Path);
        ToolResult ours = _bed.CniTool(path, "add", "net", _bed.Pod.Path);

        Assert.Equal((1, theirs.StderrText), (ours.ExitStatus, ours.StderrText));
        Assert.Equal("", ours.StdoutText);
    }

    [ToolFact(oracle: true)]
    public void Each_reads_what_the_other_remembered()
    {
        RecordingPlugins plugins = Plugins(Result1, Result1);
        _bed.Write("10.conflist", """{"cniVersion":"1.0.0","name":"net","plugins":[{"type":"first"},{"type":"second","capabilities":{"mac":true}}]}""");
        (string, string)[] variables = [("CNI_ARGS", "A=1;B=2"), ("CAP_ARGS", """{"mac":"02:00:00:00:00:01"}""")];
        foreach (bool ours in (bool[])[true, false])
        {
            Call(ours, plugins, "add", variables).Result.OrThrow();
            ToolResult read = Call(false, plugins, "cached").Result.OrThrow();
            Assert.Contains("[[\"A\",\"1\"],[\"B\",\"2\"]]\n{\"mac\":\"02:00:00:00:00:01\"}\n{\n    \"cniVersion\": \"1.0.0\"", read.StdoutText);
            _ = plugins.TakeCalls();
            (ToolResult result, string[] calls) = Call(!ours, plugins, "del", variables);
            Assert.Equal(0, result.ExitStatus);
            Assert.All(calls, call => Assert.Contains("\"prevResult\":{\"cniVersion\":\"1.0.0\",\"", call));
            Assert.Empty(_bed.Cached);
        }
    }
}
