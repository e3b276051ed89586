using Dataplane.Cni;

namespace Dataplane.Plugins.Tests;

/// <summary>The debug plugin's configuration, and what it writes of a call.</summary>
public sealed class DebugConfigTests
{
    [Fact]
    public void Nothing_said_is_nothing_done()
    {
        DebugConfig config = DebugConfig.Parse(PluginRequest.Of("debug", ""));

        Assert.Equal("", config.Output);
        Assert.Empty(config.AddHooks);
        Assert.Empty(config.DelHooks);
        Assert.Empty(config.CheckHooks);
    }

    [Fact]
    public void Commands_are_words()
    {
        DebugConfig config = DebugConfig.Parse(PluginRequest.Of("debug", """ "cniOutput": "/tmp/x", "addHooks": [["ip", "link"], ["true"]], "delHooks": [[]], "CHECKhooks": [["a b", ""]] """));

        Assert.Equal("/tmp/x", config.Output);
        Assert.Equal([["ip", "link"], ["true"]], config.AddHooks);
        Assert.Equal([[]], config.DelHooks);
        Assert.Equal([["a b", ""]], config.CheckHooks);
    }

    [Theory]
    [InlineData("\"cniOutput\": 1")]
    [InlineData("\"addHooks\": \"ip link\"")]
    [InlineData("\"delHooks\": [\"ip\"]")]
    [InlineData("\"checkHooks\": [[1]]")]
    public void Other_types_are_refused(string fields) =>
        Assert.StartsWith("failed to parse: json: cannot unmarshal", Assert.Throws<CniException>(() => DebugConfig.Parse(PluginRequest.Of("debug", fields))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(CniCommand.Add, "CmdAdd")]
    [InlineData(CniCommand.Del, "CmdDel")]
    [InlineData(CniCommand.Check, "CmdCheck")]
    [InlineData(CniCommand.Gc, "CmdGC")]
    [InlineData(CniCommand.Status, "CmdStatus")]
    public void A_call_is_written_in_the_references_lines(CniCommand command, string title) => Assert.Equal(
        title + "\nContainerID: c1\nNetns: /run/netns/none\nIfName: eth0\nArgs: A=b\nPath: /opt/cni/bin\n"
        + "StdinData: {\"cniVersion\":\"1.0.0\",\"name\":\"net1\",\"type\":\"debug\"}\n----------------------\n",
        CallRecord.Text(PluginRequest.Of("debug", "", command, "A=b"), null));

    [Fact]
    public void An_answer_is_written_with_it() => Assert.EndsWith(
        "Result: {\n    \"cniVersion\": \"1.0.0\"\n}\n----------------------\n", CallRecord.Text(PluginRequest.Of("debug", ""), new CniResult()), StringComparison.Ordinal);

    [Fact]
    public void Calls_follow_each_other_in_the_file()
    {
        string file = Path.Combine(Path.GetTempPath(), $"dp-debug-{Guid.NewGuid():N}");
        try
        {
            CallRecord.Append(file, PluginRequest.Of("debug", ""), new CniResult());
            CallRecord.Append(file, PluginRequest.Of("debug", "", CniCommand.Del), null);

            Assert.Equal(["CmdAdd", "CmdDel"], File.ReadLines(file).Where(line => line.StartsWith("Cmd", StringComparison.Ordinal)));
        }
        finally
        {
            File.Delete(file);
        }
    }
}
