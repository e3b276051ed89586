using System.Text;

namespace Dataplane.Cni.Tests;

/// <summary>How other plugins are found, called and understood.</summary>
public sealed class PluginDelegateTests : IDisposable
{
    private const string Config = """{"cniVersion":"0.4.0","name":"net","ipam":{"type":"ipam-x"}}""";
    private readonly string _directory = Directory.CreateTempSubdirectory("dataplane-cni-").FullName;

    public PluginDelegateTests() => File.WriteAllText(Path.Join(_directory, "ipam-x"), "");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private CniRequest Request(string netns = "/some/netns") => new()
    {
        Command = CniCommand.Add,
        NetnsPath = netns,
        Path = $"/does/not/exist:{_directory}",
        Config = NetworkConfig.Parse(Encoding.UTF8.GetBytes(Config)),
        Stdin = Encoding.UTF8.GetBytes(Config),
    };

    private static PluginOutput Output(string? failure, string stdout = "", string stderr = "") =>
        new() { Failure = failure, Stdout = Encoding.UTF8.GetBytes(stdout), Stderr = Encoding.UTF8.GetBytes(stderr) };

    [Fact]
    public void A_plugin_is_the_first_file_of_its_name()
    {
        string second = Directory.CreateDirectory(Path.Join(_directory, "second")).FullName;
        File.WriteAllText(Path.Join(second, "ipam-x"), "");
        Directory.CreateDirectory(Path.Join(_directory, "ipam-y"));
        File.WriteAllText(Path.Join(second, "ipam-y"), "");
        File.CreateSymbolicLink(Path.Join(second, "link"), Path.Join(_directory, "ipam-x"));
        File.CreateSymbolicLink(Path.Join(second, "dangling"), "/does/not/exist");
        string path = $"/does/not/exist:{_directory}:{second}";

        Assert.Equal(Path.Join(_directory, "ipam-x"), PluginDelegate.Find("ipam-x", path));
        Assert.Equal(Path.Join(second, "ipam-y"), PluginDelegate.Find("ipam-y", path));
        Assert.Equal(Path.Join(second, "link"), PluginDelegate.Find("link", path));
        Assert.Throws<CniException>(() => PluginDelegate.Find("dangling", path));
    }

    [Theory]
    [InlineData("", "/a", "no plugin name provided")]
    [InlineData("a/b", "/a", "invalid plugin name: a/b")]
    [InlineData("../b", "/a", "invalid plugin name: ../b")]
    [InlineData("a", "", "no paths provided")]
    [InlineData("a", "/does/not:/exist", "failed to find plugin \"a\" in path [/does/not /exist]")]
    [InlineData("..", "/usr/lib", "failed to find plugin \"..\" in path [/usr/lib]")]
    public void A_plugin_that_is_not_there_is_an_error(string type, string path, string message)
    {
        CniException error = Assert.Throws<CniException>(() => PluginDelegate.Find(type, path));

        Assert.Equal((CniErrorCode.Internal, message), (error.Code, error.Message));
    }

    [Fact]
    public void Each_command_is_set_over_whatever_the_process_has()
    {
        var executor = new FakeExecutor(Output(null));
        var plugin = new PluginDelegate(executor, Stream.Null);

        Assert.Empty(new PluginDelegate(new FakeExecutor(Output(null, "{}")), Stream.Null).Add(Request(), "ipam-x").Ips);
        plugin.Del(Request(), "ipam-x");
        plugin.Check(Request(), "ipam-x");
        plugin.Status(Request(), "ipam-x");
        plugin.Gc(Request(), "ipam-x");

        Assert.Equal(["CNI_COMMAND=DEL", "CNI_COMMAND=CHECK", "CNI_COMMAND=STATUS", "CNI_COMMAND=GC"], executor.Overrides);
        Assert.All(executor.Calls, call => Assert.Equal((Path.Join(_directory, "ipam-x"), Config), call));
    }

    [Fact]
    public void A_DEL_without_namespace_gives_none_on()
    {
        var executor = new FakeExecutor(Output(null));

        new PluginDelegate(executor, Stream.Null).Del(Request(netns: ""), "ipam-x");

        Assert.Equal(["CNI_COMMAND=DEL,CNI_NETNS="], executor.Overrides);
    }

    [Theory]
    [InlineData("""{"cniVersion":"0.2.0","ip4":{"ip":"10.0.0.2/24"}}""", "0.2.0")]
    [InlineData("""{"cniVersion":"0.4.0","ips":[{"version":"4","address":"10.0.0.2/24"}]}""", "0.4.0")]
    [InlineData("""{"cniVersion":"1.1.0","ips":[{"address":"10.0.0.2/24"}]}""", "1.1.0")]
    [InlineData("""{"ips":[{"address":"10.0.0.2/24"}]}""", "0.4.0")]
    public void A_result_of_any_version_is_understood(string stdout, string version)
    {
        CniResult result = new PluginDelegate(new FakeExecutor(Output(null, stdout)), Stream.Null).Add(Request(), "ipam-x");

        Assert.Equal(version, result.CniVersion);
        Assert.Equal("10.0.0.2/24", Assert.Single(result.Ips).Address.ToString());
    }

    [Theory]
    [InlineData("exit status 1", """{"code":11,"msg":"busy","details":"try later"}""", "log", 11u, "busy", "try later")]
    [InlineData("exit status 3", """{"cniVersion":"1.0.0","Code":999,"MSG":"failed"}""", "", 999u, "failed", "")]
    [InlineData("exit status 1", "{}", "", 0u, "", "")]
    [InlineData("exit status 1", "", "", 0u, "netplugin failed with no error message: exit status 1", "")]
    [InlineData("signal: killed", "", "", 0u, "netplugin failed with no error message: signal: killed", "")]
    [InlineData("exit status 2", "", "panic: \"x\"\n", 0u, "netplugin failed: \"panic: \\\"x\\\"\\n\": exit status 2", "")]
    [InlineData("exit status 1", "oh no", "x", 0u, "netplugin failed but error parsing its diagnostic message \"oh no\": invalid character 'o' looking for beginning of value", "")]
    [InlineData("exit status 1", """{"code":"x"}""", "", 0u, "netplugin failed but error parsing its diagnostic message \"{\\\"code\\\":\\\"x\\\"}\": json: cannot unmarshal string into Go struct field .code of type uint", "")]
    [InlineData("exit status 1", """{"code":-1}""", "", 0u, "netplugin failed but error parsing its diagnostic message \"{\\\"code\\\":-1}\": json: cannot unmarshal number -1 into Go struct field .code of type uint", "")]
    public void A_failure_carries_what_the_plugin_said(string failure, string stdout, string stderr, uint code, string msg, string details)
    {
        var log = new MemoryStream();
        var plugin = new PluginDelegate(new FakeExecutor(Output(failure, stdout, stderr)), log);

        foreach (Action call in (Action[])[() => plugin.Add(Request(), "ipam-x"), () => plugin.Del(Request(), "ipam-x"), () => plugin.Status(Request(), "ipam-x")])
        {
            CniException error = Assert.Throws<CniException>(call);
            Assert.Equal(((CniErrorCode)code, msg, details), (error.Code, error.Message, error.Details));
        }
        Assert.Equal(0, log.Length);
    }

    [Fact]
    public void The_log_of_a_plugin_that_succeeded_is_passed_on()
    {
        var log = new MemoryStream();

        new PluginDelegate(new FakeExecutor(Output(null, "", "warning\n")), log).Del(Request(), "ipam-x");

        Assert.Equal("warning\n", Encoding.UTF8.GetString(log.ToArray()));
    }

    [Fact]
    public void A_file_that_is_being_written_is_tried_again()
    {
        var busy = new PluginOutput { Failure = "fork/exec /x: text file busy", IsTextFileBusy = true };
        List<int> waits = [];
        var executor = new FakeExecutor(busy, busy, Output(null, "{}"));

        new PluginDelegate(executor, Stream.Null) { Wait = waits.Add }.Add(Request(), "ipam-x");

        Assert.Equal(3, executor.Calls.Count);
        Assert.Equal(2, waits.Count);
    }

    [Fact]
    public void A_file_that_stays_busy_is_an_error_after_five_seconds()
    {
        List<int> waits = [];
        var plugin = new PluginDelegate(new FakeExecutor(new PluginOutput { Failure = "fork/exec /x: text file busy", IsTextFileBusy = true }), Stream.Null) { Wait = waits.Add };

        CniException error = Assert.Throws<CniException>(() => plugin.Del(Request(), "ipam-x"));

        Assert.Equal("netplugin failed with no error message: fork/exec /x: text file busy", error.Message);
        Assert.Equal(5000, waits.Sum());
    }

    [Theory]
    [InlineData(null, """{"cniVersion":"1.0.0","supportedVersions":["0.4.0","1.0.0"]}""", "0.4.0,1.0.0")]
    [InlineData(null, """{"cniVersion":"0.2.0"}""", "0.1.0,0.2.0")]
    [InlineData(null, """{"cniVersion":"0.2.0","supportedVersions":[]}""", "0.1.0,0.2.0")]
    [InlineData("exit status 1", """{"code":4,"msg":"unknown CNI_COMMAND: VERSION"}""", "0.1.0")]
    public void A_plugin_is_asked_for_its_versions(string? failure, string stdout, string versions)
    {
        var executor = new FakeExecutor(Output(failure, stdout));

        Assert.Equal(versions, string.Join(',', new PluginDelegate(executor, Stream.Null).Versions("/x")));
        Assert.Equal(["CNI_COMMAND=VERSION,CNI_NETNS=dummy,CNI_IFNAME=dummy,CNI_PATH=dummy"], executor.Overrides);
        Assert.Equal([("/x", """{"cniVersion":"1.1.0"}""")], executor.Calls);
    }

    [Theory]
    [InlineData(null, "{}", "decoding version info: missing field cniVersion")]
    [InlineData(null, """{"cniVersion":"1.0.0"}""", "decoding version info: missing field supportedVersions")]
    [InlineData(null, "x", "decoding version info: invalid character 'x' looking for beginning of value")]
    [InlineData("exit status 1", """{"code":4,"msg":"unknown CNI_COMMAND: VERSION","details":"d"}""", "unknown CNI_COMMAND: VERSION")]
    [InlineData("exit status 1", """{"code":4,"msg":"other"}""", "other")]
    public void An_answer_without_versions_is_an_error(string? failure, string stdout, string message) =>
        Assert.Equal(message, Assert.Throws<CniException>(() => new PluginDelegate(new FakeExecutor(Output(failure, stdout)), Stream.Null).Versions("/x")).Message);

    [Fact]
    public void An_error_reads_as_one_line()
    {
        Assert.Equal("msg", new CniException(CniErrorCode.Io, "msg").ToString());
        Assert.Equal("msg; details", new CniException(CniErrorCode.Io, "msg", "details").ToString());
    }

    /// <summary>Gives the outputs in turn, the last one again and again.</summary>
    private sealed class FakeExecutor(params PluginOutput[] outputs) : IPluginExecutor
    {
        public List<(string Path, string Stdin)> Calls { get; } = [];

        public List<string> Overrides { get; } = [];

        public PluginOutput Execute(string binaryPath, ReadOnlySpan<byte> stdin, IReadOnlyList<KeyValuePair<string, string>> cniEnvironmentOverrides)
        {
            Calls.Add((binaryPath, Encoding.UTF8.GetString(stdin)));
            Overrides.Add(string.Join(',', cniEnvironmentOverrides.Select(o => $"{o.Key}={o.Value}")));
            return outputs[Math.Min(Calls.Count, outputs.Length) - 1];
        }
    }
}
