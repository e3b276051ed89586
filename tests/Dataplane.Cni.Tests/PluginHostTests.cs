namespace Dataplane.Cni.Tests;

/// <summary>What a plugin's process prints and how it exits: the environment, stdin, the gates of each command, output.</summary>
public class PluginHostTests
{
    private const string Config = """{"cniVersion":"1.1.0","name":"net","type":"recording","some":"config"}""";

    private static string Error(uint code, string msg, string details = "") => details.Length == 0
        ? $"{{\n    \"code\": {code},\n    \"msg\": \"{msg}\"\n}}"
        : $"{{\n    \"code\": {code},\n    \"msg\": \"{msg}\",\n    \"details\": \"{details}\"\n}}";

    private static void AssertFails(FakeEnvironment environment, RecordingPlugin plugin, string error)
    {
        Assert.Equal(1, PluginHost.Run(plugin, environment));
        Assert.Equal(error, environment.Out);
        Assert.Equal("", environment.Err);
    }

    [Theory]
    [InlineData("ADD", CniCommand.Add)]
    [InlineData("DEL", CniCommand.Del)]
    [InlineData("CHECK", CniCommand.Check)]
    [InlineData("GC", CniCommand.Gc)]
    [InlineData("STATUS", CniCommand.Status)]
    public void A_command_calls_its_method_alone_with_all_it_was_given(string command, CniCommand expected)
    {
        var plugin = new RecordingPlugin();
        FakeEnvironment environment = FakeEnvironment.For(command, Config);

        Assert.Equal(0, PluginHost.Run(plugin, environment));

        CniRequest call = Assert.Single(plugin.Calls);
        Assert.Equal(
            (expected, "some-container-id", "/some/netns", "eth0", "a=b", "/some/cni/path", false),
            (call.Command, call.ContainerId, call.NetnsPath, call.IfName, call.Args, call.Path, call.NetnsOverride));
        Assert.Equal(Config, System.Text.Encoding.UTF8.GetString(call.Stdin.Span));
        Assert.Equal("config", call.Config.Root.GetString("some"));
        Assert.Equal(expected == CniCommand.Add, environment.Out.StartsWith("{\n    \"cniVersion\": \"1.1.0\",", StringComparison.Ordinal));
        Assert.Equal(expected == CniCommand.Add ? 1 : 0, environment.Out.Length > 0 ? 1 : 0);
        Assert.Equal("", environment.Err);
    }

    [Theory]
    [InlineData("ADD", "CNI_CONTAINERID", true)]
    [InlineData("ADD", "CNI_NETNS", true)]
    [InlineData("ADD", "CNI_IFNAME", true)]
    [InlineData("ADD", "CNI_ARGS", false)]
    [InlineData("ADD", "CNI_PATH", true)]
    [InlineData("CHECK", "CNI_CONTAINERID", true)]
    [InlineData("CHECK", "CNI_NETNS", true)]
    [InlineData("CHECK", "CNI_IFNAME", true)]
    [InlineData("CHECK", "CNI_ARGS", false)]
    [InlineData("CHECK", "CNI_PATH", true)]
    [InlineData("DEL", "CNI_CONTAINERID", true)]
    [InlineData("DEL", "CNI_NETNS", false)]
    [InlineData("DEL", "CNI_IFNAME", true)]
    [InlineData("DEL", "CNI_ARGS", false)]
    [InlineData("DEL", "CNI_PATH", true)]
    [InlineData("GC", "CNI_CONTAINERID", false)]
    [InlineData("GC", "CNI_NETNS", false)]
    [InlineData("GC", "CNI_IFNAME", false)]
    [InlineData("GC", "CNI_ARGS", false)]
    [InlineData("GC", "CNI_PATH", true)]
    [InlineData("STATUS", "CNI_CONTAINERID", false)]
    [InlineData("STATUS", "CNI_NETNS", false)]
    [InlineData("STATUS", "CNI_IFNAME", false)]
    [InlineData("STATUS", "CNI_ARGS", false)]
    [InlineData("STATUS", "CNI_PATH", true)]
    public void What_a_command_requires_is_named_when_absent_or_empty(string command, string variable, bool required)
    {
        foreach (string? value in (string?[])[null, ""])
        {
            var plugin = new RecordingPlugin();
            FakeEnvironment environment = FakeEnvironment.For(command, Config, (variable, value));
            if (required)
            {
                AssertFails(environment, plugin, Error(4, $"required env variables [{variable}] missing"));
                Assert.Empty(plugin.Calls);
                Assert.False(environment.StdinOpened);
            }
            else
            {
                Assert.Equal(0, PluginHost.Run(plugin, environment));
                Assert.Single(plugin.Calls);
            }
        }
    }

    [Fact]
    public void All_missing_variables_are_reported_at_once() => AssertFails(
        FakeEnvironment.For("ADD", Config, ("CNI_NETNS", null), ("CNI_IFNAME", ""), ("CNI_PATH", null)),
        new RecordingPlugin(),
        Error(4, "required env variables [CNI_NETNS,CNI_IFNAME,CNI_PATH] missing"));

    [Fact]
    public void An_invalid_variable_is_reported_before_missing_ones() => AssertFails(
        FakeEnvironment.For("ADD", Config, ("CNI_CONTAINERID", ""), ("CNI_NETNS", null), ("CNI_IFNAME", "a/b")),
        new RecordingPlugin(),
        Error(4, "interface name contains / or : or whitespace characters"));

    [Theory]
    [InlineData("some-%%container-id")]
    [InlineData("../x")]
    [InlineData("-a")]
    [InlineData(".a")]
    [InlineData("_a")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("é")]
    [InlineData("a\n")]
    public void Container_ids_with_other_characters_are_refused(string id)
    {
        foreach (string command in (string[])["ADD", "DEL", "CHECK"])
        {
            AssertFails(
                FakeEnvironment.For(command, Config, ("CNI_CONTAINERID", id)),
                new RecordingPlugin(),
                Error(4, "invalid characters in containerID", id.Replace("\n", "\\n")));
        }
    }

    [Theory]
    [InlineData("a")]
    [InlineData("0")]
    [InlineData("a_.-Z9")]
    public void Container_ids_may_be_short_or_long(string id)
    {
        Assert.Equal(0, PluginHost.Run(new RecordingPlugin(), FakeEnvironment.For("ADD", Config, ("CNI_CONTAINERID", id))));
        Assert.Equal(0, PluginHost.Run(new RecordingPlugin(), FakeEnvironment.For("ADD", Config, ("CNI_CONTAINERID", id + new string('x', 500)))));
    }

    [Theory]
    [InlineData("1234567890123456", "interface name is too long", "interface name should be less than 16 characters")]
    [InlineData("ééééééééé", "interface name is too long", "interface name should be less than 16 characters")]
    [InlineData(".", "interface name is . or ..", "")]
    [InlineData("..", "interface name is . or ..", "")]
    [InlineData("a/b", "interface name contains / or : or whitespace characters", "")]
    [InlineData("a:b", "interface name contains / or : or whitespace characters", "")]
    [InlineData("a b", "interface name contains / or : or whitespace characters", "")]
    [InlineData("a\u00a0b", "interface name contains / or : or whitespace characters", "")]
    [InlineData("a\u2003b", "interface name contains / or : or whitespace characters", "")]
    [InlineData("a\u0085", "interface name contains / or : or whitespace characters", "")]
    public void Interface_names_the_kernel_would_refuse_are_refused(string name, string msg, string details) =>
        AssertFails(FakeEnvironment.For("ADD", Config, ("CNI_IFNAME", name)), new RecordingPlugin(), Error(4, msg, details));

    [Theory]
    [InlineData("123456789012345")]
    [InlineData("ééééééé")]
    [InlineData("...")]
    [InlineData("a.b")]
    public void Interface_names_the_kernel_takes_are_taken(string name) =>
        Assert.Equal(0, PluginHost.Run(new RecordingPlugin(), FakeEnvironment.For("ADD", Config, ("CNI_IFNAME", name))));

    [Theory]
    [InlineData("GC")]
    [InlineData("STATUS")]
    public void Variables_a_command_does_not_need_are_not_checked(string command) =>
        Assert.Equal(0, PluginHost.Run(
            new RecordingPlugin(),
            FakeEnvironment.For(command, Config, ("CNI_CONTAINERID", "%%"), ("CNI_IFNAME", "a/b"))));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Without_a_command_the_plugin_says_what_it_is(string? command)
    {
        FakeEnvironment environment = new FakeEnvironment().Set("", ("CNI_COMMAND", command));

        Assert.Equal(0, PluginHost.Run(new RecordingPlugin { AboutText = "CNI test plugin v1", Versions = ["0.1.0", "0.2.0"] }, environment));
        Assert.Equal("CNI test plugin v1\nCNI protocol versions supported: 0.1.0, 0.2.0\n", environment.Err);
        Assert.Equal("", environment.Out);
    }

    [Fact]
    public void The_about_line_names_plugin_and_version() => Assert.Matches(@"^CNI recording plugin v\d+\.\d+\.\d+", new RecordingPlugin().About);

    [Fact]
    public void Without_a_command_and_nothing_to_say_it_is_an_error() => AssertFails(
        new FakeEnvironment(),
        new RecordingPlugin { AboutText = "" },
        Error(4, "required env variables [CNI_COMMAND] missing"));

    [Theory]
    [InlineData("NOPE")]
    [InlineData("add")]
    [InlineData("Add")]
    [InlineData("ADD ")]
    public void An_unknown_command_needs_nothing_else_and_is_named(string command)
    {
        var environment = new FakeEnvironment { Stdin = new MemoryStream("""{"name":"net"}"""u8.ToArray()) };
        environment.Set(command, ("CNI_CONTAINERID", null), ("CNI_NETNS", null), ("CNI_IFNAME", null), ("CNI_PATH", null));

        AssertFails(environment, new RecordingPlugin(), Error(4, $"unknown CNI_COMMAND: {command}"));
    }

    [Fact]
    public void An_unknown_command_has_its_configuration_checked_first() =>
        AssertFails(FakeEnvironment.For("NOPE", "{}"), new RecordingPlugin(), Error(7, "missing network name"));

    [Fact]
    public void VERSION_needs_nothing_and_reads_nothing()
    {
        var plugin = new RecordingPlugin { Versions = ["0.3.1", "1.0.0"] };
        FakeEnvironment environment = new FakeEnvironment().Set(
            "VERSION", ("CNI_CONTAINERID", "%"), ("CNI_NETNS", null), ("CNI_IFNAME", null), ("CNI_PATH", null));

        Assert.Equal(0, PluginHost.Run(plugin, environment));
        Assert.Equal("""{"cniVersion":"1.1.0","supportedVersions":["0.3.1","1.0.0"]}""" + "\n", environment.Out);
        Assert.False(environment.StdinOpened);
        Assert.Empty(plugin.Calls);
    }

    public static TheoryData<string, string, uint, string, string> BadConfigurations() => new()
    {
        { "ADD", "", 6, "error unmarshall network config: unexpected end of JSON input", "" },
        { "DEL", "", 6, "error unmarshall network config: unexpected end of JSON input", "" },
        { "GC", "", 6, "error unmarshall network config: unexpected end of JSON input", "" },
        { "STATUS", "{", 6, "error unmarshall network config: unexpected end of JSON input", "" },
        { "CHECK", """{"name":"n"}x""", 6, "error unmarshall network config: invalid character 'x' after top-level value", "" },
        { "ADD", "[]", 6, "error unmarshall network config: json: cannot unmarshal array into Go value of type object", "" },
        { "ADD", """{"name":1}""", 6, "error unmarshall network config: json: cannot unmarshal number into Go struct field .name of type string", "" },
        { "ADD", "null", 7, "missing network name", "" },
        { "ADD", "{}", 7, "missing network name", "" },
        { "DEL", """{"name":""}""", 7, "missing network name", "" },
        { "GC", """{"name":null}""", 7, "missing network name", "" },
        { "STATUS", """{"NAME":"x","name":""}""", 7, "missing network name", "" },
        { "ADD", """{"name":"a/b"}""", 7, "invalid characters found in network name", "a/b" },
        { "ADD", """{"name":"../x"}""", 7, "invalid characters found in network name", "../x" },
        { "ADD", """{"name":"\ud800"}""", 7, "invalid characters found in network name", "\ufffd" },
        { "ADD", """{"name":"n","cniVersion":9}""", 6, "decoding version from network config: json: cannot unmarshal number into Go struct field .cniVersion of type string", "" },
        { "ADD", """{"name":"n","cniVersion":"1.2.0"}""", 1, "incompatible CNI versions", """config is \"1.2.0\", plugin supports [\"0.1.0\" \"0.2.0\" \"0.3.0\" \"0.3.1\" \"0.4.0\" \"1.0.0\" \"1.1.0\"]""" },
        { "DEL", """{"name":"n","cniVersion":"1.0"}""", 1, "incompatible CNI versions", """config is \"1.0\", plugin supports [\"0.1.0\" \"0.2.0\" \"0.3.0\" \"0.3.1\" \"0.4.0\" \"1.0.0\" \"1.1.0\"]""" },
        { "ADD", """{"name":"n","cniVersion":"junk"}""", 1, "incompatible CNI versions", """config is \"junk\", plugin supports [\"0.1.0\" \"0.2.0\" \"0.3.0\" \"0.3.1\" \"0.4.0\" \"1.0.0\" \"1.1.0\"]""" },
        { "CHECK", """{"name":"n"}""", 1, "config version does not allow CHECK", "" },
        { "CHECK", """{"name":"n","cniVersion":"0.3.1"}""", 1, "config version does not allow CHECK", "" },
        { "CHECK", """{"name":"n","cniVersion":"1.2.0"}""", 1, "plugin version does not allow CHECK", "" },
        { "CHECK", """{"name":"n","cniVersion":"0.4"}""", 1, "incompatible CNI versions", """config is \"0.4\", plugin supports [\"0.1.0\" \"0.2.0\" \"0.3.0\" \"0.3.1\" \"0.4.0\" \"1.0.0\" \"1.1.0\"]""" },
        { "CHECK", """{"name":"n","cniVersion":"a"}""", 6, """failed to convert major version part \"a\": strconv.Atoi: parsing \"a\": invalid syntax""", "" },
        { "GC", """{"name":"n","cniVersion":"1.0.0"}""", 1, "config version does not allow GC", "" },
        { "GC", """{"name":"n","cniVersion":"2"}""", 1, "plugin version does not allow GC", "" },
        { "GC", """{"name":"n","cniVersion":"1.2.3.4"}""", 6, """invalid version \"1.2.3.4\": too many parts""", "" },
        { "STATUS", """{"name":"n","cniVersion":"1.0.0"}""", 1, "config version does not allow STATUS", "" },
        { "STATUS", """{"name":"n","cniVersion":"2"}""", 1, "plugin version does not allow STATUS", "" },
        { "ADD", """{"name":"n","type":1}""", 6, "error unmarshall network config: json: cannot unmarshal number into Go struct field .type of type string", "" },
        { "ADD", """{"name":"n","ipam":"x"}""", 6, "error unmarshall network config: json: cannot unmarshal string into Go struct field .ipam of type object", "" },
        { "ADD", """{"name":"n","ipam":{"type":1}}""", 6, "error unmarshall network config: json: cannot unmarshal number into Go struct field .ipam.type of type string", "" },
        { "ADD", """{"name":"n","capabilities":{"x":"true"}}""", 6, "error unmarshall network config: json: cannot unmarshal string into Go struct field .capabilities.x of type bool", "" },
        { "ADD", """{"name":"n","dns":{"search":"x"}}""", 6, "error unmarshall network config: json: cannot unmarshal string into Go struct field .dns.search of type array", "" },
        { "ADD", """{"name":"n","prevResult":"x"}""", 6, "error unmarshall network config: json: cannot unmarshal string into Go struct field .prevResult of type object", "" },
    };

    [Theory]
    [MemberData(nameof(BadConfigurations))]
    public void A_bad_configuration_is_refused_before_anything_is_done(string command, string config, uint code, string msg, string details)
    {
        var plugin = new RecordingPlugin();

        AssertFails(FakeEnvironment.For(command, config), plugin, Error(code, msg, details));
        Assert.Empty(plugin.Calls);
    }

    [Theory]
    [InlineData("CHECK", "0.4.0", "0.3.1", "plugin version does not allow CHECK")]
    [InlineData("CHECK", "0.4.0", "0.4.0", null)]
    [InlineData("GC", "1.1.0", "1.0.0", "plugin version does not allow GC")]
    [InlineData("STATUS", "1.1.0", "1.0.0", "plugin version does not allow STATUS")]
    [InlineData("STATUS", "1.1.0", "1.1.0", null)]
    public void The_plugins_own_versions_gate_the_newer_commands(string command, string config, string supported, string? msg)
    {
        var plugin = new RecordingPlugin { Versions = [supported] };
        FakeEnvironment environment = FakeEnvironment.For(command, $$"""{"name":"n","cniVersion":"{{config}}"}""");

        Assert.Equal(msg is null ? 0 : 1, PluginHost.Run(plugin, environment));
        Assert.Equal(msg is null ? "" : Error(1, msg), environment.Out);
        Assert.Equal(msg is null ? 1 : 0, plugin.Calls.Count);
    }

    [Fact]
    public void Without_a_version_the_configuration_is_0_1_0()
    {
        FakeEnvironment environment = FakeEnvironment.For("ADD", """{"name":"n"}""");

        Assert.Equal(0, PluginHost.Run(new RecordingPlugin { Versions = ["0.1.0"] }, environment));
        Assert.Contains("\"cniVersion\": \"0.1.0\"", environment.Out);
        AssertFails(
            FakeEnvironment.For("ADD", """{"name":"n"}"""),
            new RecordingPlugin { Versions = ["1.0.0"] },
            Error(1, "incompatible CNI versions", """config is \"0.1.0\", plugin supports [\"1.0.0\"]"""));
    }

    [Fact]
    public void A_typed_error_is_printed_as_it_is() => AssertFails(
        FakeEnvironment.For("STATUS", Config),
        new RecordingPlugin { Failure = new CniException((CniErrorCode)123, "potato", "peeled") },
        Error(123, "potato", "peeled"));

    [Fact]
    public void Any_other_error_is_999()
    {
        foreach (string command in (string[])["ADD", "DEL", "CHECK", "GC", "STATUS"])
        {
            AssertFails(
                FakeEnvironment.For(command, Config),
                new RecordingPlugin { Failure = new InvalidOperationException("potato") },
                Error(999, "potato"));
        }
    }

    [Fact]
    public void Methods_a_plugin_does_not_have_succeed()
    {
        foreach (string command in (string[])["CHECK", "GC", "STATUS"])
        {
            FakeEnvironment environment = FakeEnvironment.For(command, Config);

            Assert.Equal(0, PluginHost.Run(new BarePlugin(), environment));
            Assert.Equal("", environment.Out);
        }
    }

    private sealed class BarePlugin : CniPlugin
    {
        public override string Name => "bare";

        public override CniResult Add(CniRequest request) => new();

        public override void Del(CniRequest request)
        {
        }
    }
}
