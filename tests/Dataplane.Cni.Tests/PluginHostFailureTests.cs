namespace Dataplane.Cni.Tests;

/// <summary>The namespace check, and streams that fail.</summary>
public class PluginHostFailureTests
{
    private const string Config = """{"cniVersion":"1.1.0","name":"net","type":"recording"}""";
    private const string SameNetns = "{\n    \"code\": 8,\n    \"msg\": \"plugin's netns and netns from CNI_NETNS should not be the same\"\n}";

    private static FakeEnvironment For(string command, Func<string, bool> ownNetns, params (string, string?)[] changes) =>
        new FakeEnvironment { OwnNetns = ownNetns, Stdin = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(Config)) }.Set(command, changes);

    [Fact]
    public void An_ADD_into_the_plugins_own_namespace_does_nothing()
    {
        var plugin = new RecordingPlugin();
        FakeEnvironment environment = For("ADD", path => path == "/some/netns");

        Assert.Equal(1, PluginHost.Run(plugin, environment));
        Assert.Equal(SameNetns, environment.Out);
        Assert.Empty(plugin.Calls);
    }

    [Fact]
    public void A_DEL_of_the_plugins_own_namespace_is_done_without_it_and_reported()
    {
        var plugin = new RecordingPlugin();
        FakeEnvironment environment = For("DEL", _ => true);

        Assert.Equal(1, PluginHost.Run(plugin, environment));
        Assert.Equal(SameNetns, environment.Out);
        Assert.Equal(("", "eth0"), (Assert.Single(plugin.Calls).NetnsPath, plugin.Calls[0].IfName));
    }

    [Theory]
    [InlineData("ADD", "1")]
    [InlineData("ADD", "true")]
    [InlineData("ADD", "TrUe")]
    [InlineData("DEL", "1")]
    public void The_override_allows_it(string command, string value)
    {
        var plugin = new RecordingPlugin();

        Assert.Equal(0, PluginHost.Run(plugin, For(command, _ => true, ("CNI_NETNS_OVERRIDE", value))));
        Assert.Equal((true, "/some/netns"), (Assert.Single(plugin.Calls).NetnsOverride, plugin.Calls[0].NetnsPath));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("yes")]
    [InlineData("11")]
    [InlineData("")]
    public void Nothing_else_is_an_override(string value) =>
        Assert.Equal(1, PluginHost.Run(new RecordingPlugin(), For("ADD", _ => true, ("CNI_NETNS_OVERRIDE", value))));

    [Theory]
    [InlineData("CHECK", "/some/netns")]
    [InlineData("GC", "/some/netns")]
    [InlineData("STATUS", "/some/netns")]
    [InlineData("DEL", "")]
    public void Other_commands_and_a_DEL_without_namespace_are_not_compared(string command, string netns) =>
        Assert.Equal(0, PluginHost.Run(new RecordingPlugin(), For(command, _ => throw new InvalidOperationException("asked"), ("CNI_NETNS", netns))));

    [Fact]
    public void An_own_namespace_that_cannot_be_opened_is_an_error()
    {
        var plugin = new RecordingPlugin();
        FakeEnvironment environment = For("ADD", _ => throw new CniException(CniErrorCode.InvalidNetns, "get plugin's netns failed", "EACCES"));

        Assert.Equal(1, PluginHost.Run(plugin, environment));
        Assert.Equal("{\n    \"code\": 8,\n    \"msg\": \"get plugin's netns failed\",\n    \"details\": \"EACCES\"\n}", environment.Out);
        Assert.Empty(plugin.Calls);
    }

    [Fact]
    public void A_result_the_version_cannot_hold_undoes_the_ADD()
    {
        var plugin = new RecordingPlugin { Result = new CniResult { Interfaces = { new CniInterface { Name = "eth0" } } } };
        FakeEnvironment environment = FakeEnvironment.For("ADD", """{"cniVersion":"0.2.0","name":"net"}""");

        Assert.Equal(1, PluginHost.Run(plugin, environment));
        Assert.Equal("{\n    \"code\": 999,\n    \"msg\": \"cannot convert: no valid IP addresses\"\n}", environment.Out);
        Assert.Equal([CniCommand.Add, CniCommand.Del], plugin.Calls.Select(c => c.Command));
        Assert.Equal("/some/netns", plugin.Calls[1].NetnsPath);
    }

    [Fact]
    public void A_failed_ADD_is_not_undone_from_here()
    {
        var plugin = new RecordingPlugin { Failure = new InvalidOperationException("no") };

        Assert.Equal(1, PluginHost.Run(plugin, FakeEnvironment.For("ADD", Config)));
        Assert.Single(plugin.Calls);
    }

    [Fact]
    public void A_result_that_cannot_be_written_undoes_the_ADD_and_is_logged()
    {
        var plugin = new RecordingPlugin();
        var environment = new FakeEnvironment { Stdout = new BrokenStream("Broken pipe"), Stdin = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(Config)) };

        Assert.Equal(1, PluginHost.Run(plugin, environment.Set("ADD")));
        Assert.Equal([CniCommand.Add, CniCommand.Del], plugin.Calls.Select(c => c.Command));
        Assert.Equal("error writing to stdout: Broken pipe\nError writing error JSON to stdout: Broken pipe\n", environment.Err);
    }

    [Fact]
    public void With_both_streams_closed_the_status_alone_tells()
    {
        var plugin = new RecordingPlugin();
        var environment = new FakeEnvironment
        {
            Stdout = new BrokenStream(new UnauthorizedAccessException("denied", new IOException("Bad file descriptor"))),
            Stderr = new BrokenStream(new UnauthorizedAccessException("denied")),
            Stdin = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(Config)),
        };

        Assert.Equal(1, PluginHost.Run(plugin, environment.Set("ADD")));
        Assert.Equal([CniCommand.Add, CniCommand.Del], plugin.Calls.Select(c => c.Command));
    }

    [Fact]
    public void A_closed_stdin_is_named_by_its_errno()
    {
        var closed = new BrokenStream(new UnauthorizedAccessException("Access to the path is denied.", new IOException("Bad file descriptor")));
        FakeEnvironment environment = new FakeEnvironment { Stdin = closed }.Set("ADD");

        Assert.Equal(1, PluginHost.Run(new RecordingPlugin(), environment));
        Assert.Equal("{\n    \"code\": 5,\n    \"msg\": \"error reading from stdin: Bad file descriptor\"\n}", environment.Out);
    }

    [Fact]
    public void A_version_that_cannot_be_written_is_an_error() =>
        Assert.Equal(1, PluginHost.Run(new RecordingPlugin(), new FakeEnvironment { Stdout = new BrokenStream("full") }.Set("VERSION")));

    [Theory]
    [InlineData("ADD")]
    [InlineData("DEL")]
    [InlineData("CHECK")]
    [InlineData("GC")]
    [InlineData("STATUS")]
    [InlineData("NOPE")]
    public void Stdin_that_cannot_be_read_is_an_error(string command)
    {
        FakeEnvironment environment = new FakeEnvironment { Stdin = new BrokenStream("Bad file descriptor") }.Set(command);

        Assert.Equal(1, PluginHost.Run(new RecordingPlugin(), environment));
        Assert.Equal("{\n    \"code\": 5,\n    \"msg\": \"error reading from stdin: Bad file descriptor\"\n}", environment.Out);
    }

    [Fact]
    public void Long_configurations_arrive_whole_however_they_are_cut()
    {
        string config = $$"""{"cniVersion":"1.1.0","name":"net","pad":"{{new string('x', 100_000)}}","last":"here"}""";
        var plugin = new RecordingPlugin();
        FakeEnvironment environment = new FakeEnvironment { Stdin = new TricklingStream(System.Text.Encoding.UTF8.GetBytes(config)) }.Set("ADD");

        Assert.Equal(0, PluginHost.Run(plugin, environment));
        Assert.Equal("here", plugin.Calls[0].Config.Root.GetString("last"));
        Assert.Equal(config.Length, plugin.Calls[0].Stdin.Length);
    }

    private sealed class BrokenStream(Exception failure) : MemoryStream
    {
        public BrokenStream(string message)
            : this(new IOException(message))
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw failure;

        public override void Write(ReadOnlySpan<byte> buffer) => throw failure;

        public override void Write(byte[] buffer, int offset, int count) => throw failure;
    }

    private sealed class TricklingStream(byte[] data) : MemoryStream(data)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 777));
    }
}
