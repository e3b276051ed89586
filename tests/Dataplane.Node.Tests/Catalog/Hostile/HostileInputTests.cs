using System.Text;
using Dataplane.TestKit;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Dataplane.Node.Tests.Catalog.Hostile;

/// <summary>Input and environment that are wrong as a whole, for every plugin: refused with the code and the words of the specification, and nothing is left.</summary>
public sealed class HostileInputTests
{
    private const Needs What = Needs.Namespaces | Needs.OurPlugins | Needs.Bpftool | Needs.Shapers;
    private const int Runs = 25;
    private static readonly string[] s_commands = ["ADD", "DEL", "CHECK", "GC", "STATUS"];

    public static TheoryData<string> Plugins => HostileFieldTests.Plugins;

    [NeedsTheory(What), MemberData(nameof(Plugins))]
    public void Input_that_is_no_configuration_is_refused(string plugin)
    {
        using var bed = new HostileBed(plugin);
        string whole = bed.Config.ToJsonString();
        (string Name, byte[] Input, uint Code, string Says)[] inputs =
        [
            ("nothing", [], 6, "unexpected end of JSON input"),
            ("a brace", "{"u8.ToArray(), 6, "unexpected end of JSON input"),
            ("no JSON", "hello"u8.ToArray(), 6, "invalid character 'h'"),
            ("null", "null"u8.ToArray(), 7, "missing network name"),
            ("an array", "[]"u8.ToArray(), 6, "cannot unmarshal array"),
            ("a number", "5"u8.ToArray(), 6, "cannot unmarshal number"),
            ("half of it", Encoding.UTF8.GetBytes(whole[..(whole.Length / 2)]), 6, "unexpected end of JSON input"),
            ("more behind it", Encoding.UTF8.GetBytes(whole + "}"), 6, "invalid character '}'"),
            ("a byte order mark", [0xef, 0xbb, 0xbf, .. Encoding.UTF8.GetBytes(whole)], 6, "invalid character"),
            ("NULs", new byte[100], 6, "invalid character '\\x00'"),
            ("100 000 arrays", Encoding.UTF8.GetBytes(new string('[', 100_000)), 6, "error unmarshall network config: "),
            ("100 000 objects", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 100_000))), 6, "error unmarshall network config: "),
            ("no name", Encoding.UTF8.GetBytes("{\"cniVersion\": \"1.1.0\"}"), 7, "missing network name"),
            ("a name of 1 MiB with a space", Encoding.UTF8.GetBytes(Mutation.Replace(bed.Config, ".name", $"\"{new string('x', 1 << 20)} \"")), 7, "invalid characters found in network name"),
            ("a version of the future", Encoding.UTF8.GetBytes(Mutation.Replace(bed.Config, ".cniVersion", "\"2.0.0\"")), 1, "version"),
            ("a version that is none", Encoding.UTF8.GetBytes(Mutation.Replace(bed.Config, ".cniVersion", "\"one\"")), 0, "ersion"),
            ("UTF-8 that is none", [.. Encoding.UTF8.GetBytes(Mutation.Replace(bed.Config, ".name", "\"")[..^1].Split("\"name\"")[0] + "\"name\":\""), 0xff, 0xfe, .. "\"}"u8], 7, "invalid characters found in network name"),
        ];
        foreach ((string name, byte[] input, uint code, string says) in inputs)
        {
            foreach (string command in s_commands)
            {
                PluginResult result = bed.Call(command, input);
                Assert.True(HostileBed.Wrong(result) is null, $"{command} of {name}: {HostileBed.Wrong(result)}");
                Assert.True(result.ExitStatus == 1 && (code == 0 || result.ErrorCode == code) && result.ErrorMessage.Contains(says, StringComparison.Ordinal), $"{command} of {name}: {result.StdoutText}");
            }
        }
        bed.AssertNothingIsLeft();
    }

    [NeedsTheory(What), MemberData(nameof(Plugins))]
    public void Variables_that_are_wrong_are_refused_by_name(string plugin)
    {
        using var bed = new HostileBed(plugin);
        byte[] config = Encoding.UTF8.GetBytes(bed.Config.ToJsonString());
        string file = Path.Combine(bed.Node.Scratch, "a file.log");
        File.WriteAllText(file, "");
        (string Variable, string? Value, uint Code, string Says)[] variables =
        [
            ("CNI_CONTAINERID", null, 4, "required env variables [CNI_CONTAINERID] missing"),
            ("CNI_NETNS", null, 4, "required env variables [CNI_NETNS] missing"),
            ("CNI_IFNAME", null, 4, "required env variables [CNI_IFNAME] missing"),
            ("CNI_PATH", null, 4, "required env variables [CNI_PATH] missing"),
            ("CNI_CONTAINERID", "../../etc", 4, "invalid characters in containerID"),
            ("CNI_CONTAINERID", "a\nb", 4, "invalid characters in containerID"),
            ("CNI_CONTAINERID", "ü", 4, "invalid characters in containerID"),
            ("CNI_IFNAME", "sixteen-letters-", 4, "interface name is too long"),
            ("CNI_IFNAME", "..", 4, "interface name is . or .."),
            ("CNI_IFNAME", "a/b", 4, "interface name contains / or : or whitespace characters"),
            ("CNI_IFNAME", "a b", 4, "interface name contains / or : or whitespace characters"),
            ("CNI_COMMAND", "add", 4, "unknown CNI_COMMAND: add"),
            ("CNI_COMMAND", new string('x', 1000), 4, "unknown CNI_COMMAND: xxx"),
        ];
        foreach ((string variable, string? value, uint code, string says) in variables)
        {
            PluginResult result = bed.Call("ADD", config, Change(variable, value));
            Assert.True(HostileBed.Wrong(result) is null && result.ErrorCode == code && result.ErrorMessage.Contains(says, StringComparison.Ordinal), $"{variable} = {value}: {result}");
        }
        // Whether a plugin looks at these is its own affair; it leaves nothing.
        foreach ((string variable, string value) in (ReadOnlySpan<(string, string)>)
        [
            ("CNI_CONTAINERID", new string('x', 300)), ("CNI_NETNS", "/run/netns/nothing"), ("CNI_NETNS", file), ("CNI_NETNS", "/"), ("CNI_NETNS", new string('/', 5000)), ("CNI_NETNS", $"/proc/{int.MaxValue}/ns/net"),
            ("CNI_NETNS", bed.Node.Host.Path), ("CNI_ARGS", "a"), ("CNI_ARGS", ";;"), ("CNI_ARGS", "=;="), ("CNI_ARGS", "IP=hostile;MAC=hostile"), ("CNI_ARGS", $"IgnoreUnknown=1;A={new string('x', 100_000)}"),
            ("CNI_ARGS", "IP=10.1.0.9;IP=10.1.0.10"), ("CNI_PATH", "/nowhere"), ("CNI_PATH", ":::"), ("CNI_NETNS_OVERRIDE", "maybe"),
        ])
        {
            string? wrong = bed.Attempt(config, change: Change(variable, value));
            Assert.True(wrong is null, $"{variable} = {value[..Math.Min(value.Length, 50)]}: {wrong}");
        }
        bed.AssertNothingIsLeft();
    }

    /// <summary>Several values replaced at once, members twice, texts cut anywhere: by a generator with a fixed seed, so that what fails once fails always.</summary>
    [NeedsTheory(What), MemberData(nameof(Plugins))]
    public void Whatever_is_made_of_a_configuration_is_answered_in_CNIs_form(string plugin)
    {
        using var bed = new HostileBed(plugin);
        Mutation[] mutations = [.. Mutation.Of(bed.Config)];
        Gen<byte[]> inputs =
            from first in Gen.Elements(mutations)
            from second in Gen.Elements(mutations)
            from how in Gen.Choose(0, 3)
            from cut in Gen.Choose(0, 10_000)
            from b in Gen.Choose(0, 255)
            select Make(first.Config, second, how, cut, (byte)b);

        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(Runs).WithReplay(2026, 1121),
            Prop.ForAll(inputs.ToArbitrary(), input => bed.Attempt(input) is { } wrong ? throw new Xunit.Sdk.XunitException($"{Encoding.UTF8.GetString(input)[..Math.Min(500, input.Length)]}\n{wrong}") : true));
        bed.AssertNothingIsLeft();
    }

    private static byte[] Make(string first, Mutation second, int how, int cut, byte b)
    {
        byte[] text = Encoding.UTF8.GetBytes(first);
        switch (how)
        {
            case 0:
                // Members twice: the later ones win.
                return Encoding.UTF8.GetBytes($"{first[..^1]},{second.Config[1..]}");
            case 1:
                return text[..(cut % text.Length)];
            case 2:
                text[cut % text.Length] = b;
                return text;
            default:
                return Encoding.UTF8.GetBytes(second.Config.ToUpperInvariant());
        }
    }

    private static Action<Dictionary<string, string>> Change(string variable, string? value) => environment =>
    {
        if (value is null)
        {
            environment.Remove(variable);
        }
        else if (variable != "CNI_COMMAND" || environment[variable] == "ADD")
        {
            environment[variable] = value;
        }
    };
}
