using Dataplane.TestKit;

namespace Dataplane.CniTool.Tests;

/// <summary>The command line, as users and scripts meet it.</summary>
public sealed class UsageTests
{
    private static ToolResult Run(params string[] arguments) => Run([], arguments);

    private static ToolResult Run((string Name, string Value)[] variables, params string[] arguments) =>
        Tool.Run(Executables.CniTool, arguments, variables.ToDictionary(v => v.Name, v => v.Value), default);

    [ToolTheory]
    [InlineData("add", "requires at least 2 arg(s), only received 0\nUsage: cnitool add <network> <netns>\n")]
    [InlineData("gc net", "requires at least 2 arg(s), only received 1\nUsage: cnitool gc <network> <netns>\n")]
    [InlineData("exec net", "networks and a command are required\nUsage: cnitool exec <network>[,<network>…] -- <command> [<argument>…]\n")]
    [InlineData("exec net --", "networks and a command are required\nUsage: cnitool exec <network>[,<network>…] -- <command> [<argument>…]\n")]
    [InlineData("frobnicate", "unknown command \"frobnicate\" for \"cnitool\"\nRun 'cnitool help' for usage.\n")]
    [InlineData("--frob", "unknown flag: --frob\nRun 'cnitool help' for usage.\n")]
    [InlineData("add -x net ns", "unknown shorthand flag: 'x' in -x\nUsage: cnitool add <network> <netns>\n")]
    [InlineData("add net ns -i", "flag needs an argument: 'i' in -i\nUsage: cnitool add <network> <netns>\n")]
    public void A_wrong_command_line_is_told(string line, string message)
    {
        ToolResult result = Run(line.Split(' '));

        Assert.Equal((1, "", message), (result.ExitStatus, result.StdoutText, result.StderrText));
    }

    [ToolTheory]
    [InlineData("")]
    [InlineData("help")]
    [InlineData("--help")]
    [InlineData("help add")]
    [InlineData("add -h")]
    public void Help_names_every_verb(string line)
    {
        ToolResult result = Run(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).OrThrow();

        foreach (string verb in (string[])["add", "check", "del", "gc", "status", "exec", "version"])
        {
            Assert.Contains($"\n  cnitool {verb} ", result.StdoutText);
        }
    }

    [ToolFact]
    public void Help_of_exec_and_the_version()
    {
        Assert.StartsWith("cnitool exec <network>", Run("help", "exec").OrThrow().StdoutText);
        Assert.Matches(@"^cnitool [0-9.]+\nCNI protocol versions supported: 0\.1\.0, .*1\.1\.0\n$", Run("version").OrThrow().StdoutText);
    }

    [ToolTheory]
    [InlineData("CNI_ARGS", "A", "invalid CNI_ARGS pair \"A\"\n")]
    [InlineData("CAP_ARGS", "{", "unexpected end of JSON input\n")]
    [InlineData("CAP_ARGS", "x", "invalid character 'x' looking for beginning of value\n")]
    [InlineData("CNI_PATH", "", "plugin type=\"x\" name=\"net\" failed (add): no paths provided\n")]
    [InlineData("CNI_IFNAME", "a/b", "plugin type=\"x\" name=\"net\" failed (add): interface name contains / or : or whitespace characters\n")]
    public void A_wrong_variable_is_told(string name, string value, string message)
    {
        string directory = Directory.CreateTempSubdirectory("cnitool-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(directory, "x.conf"), """{"name":"net","cniVersion":"1.0.0","type":"x"}""");
            File.WriteAllText(Path.Combine(directory, "x"), "");
            ToolResult result = Run([("NETCONFPATH", directory), ("CNI_PATH", name == "CNI_PATH" ? value : directory), .. name == "CNI_PATH" ? [] : new[] { (name, value) }],
                "add", "net", "/ns");

            Assert.Equal((1, "", message), (result.ExitStatus, result.StdoutText, result.StderrText));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Theory]
    [InlineData("/var/run/netns/testing", "/var/run/netns/testing")]
    [InlineData("/a/../b/./c/", "/b/c")]
    [InlineData("/", "/")]
    [InlineData("x/y", "/tmp/x/y")]
    [InlineData("", "/tmp")]
    public void A_namespaces_path_is_made_absolute(string path, string absolute)
    {
        string before = Environment.CurrentDirectory;
        Environment.CurrentDirectory = "/tmp";
        try
        {
            Assert.Equal(absolute, new Settings(name => name == "PWD" ? "/does/not/exist" : null).Absolute(path));
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }

    [Theory]
    [InlineData("", null, "eth0")]
    [InlineData("", "", "eth0")]
    [InlineData("", "net1", "net1")]
    [InlineData("net2", "net1", "net2")]
    public void The_interface_is_the_options_or_the_variables(string option, string? variable, string name) =>
        Assert.Equal(name, new Settings(n => n == "CNI_IFNAME" ? variable : null).IfName(option));

    [Theory]
    [InlineData("-i net1 add net ns", "net1")]
    [InlineData("add -inet1 net ns", "net1")]
    [InlineData("add net --ifname=net1 ns", "net1")]
    [InlineData("add net ns --ifname net1", "net1")]
    [InlineData("add net ns", "")]
    public void Options_stand_anywhere(string line, string ifName)
    {
        CommandLine parsed = CommandLine.Parse(line.Split(' '));

        Assert.Equal(("add", "net ns", ifName), (parsed.Verb, string.Join(' ', parsed.Arguments), parsed.IfName));
    }
}
