using Dataplane.Cni.Runtime;

namespace Dataplane.Cni.Tests.Runtime;

/// <summary>Which file a network is read from.</summary>
public sealed class NetworkDirectoryTests : IDisposable
{
    private readonly RuntimeBed _bed = new();

    public void Dispose() => _bed.Dispose();

    private static string Conflist(string name, string type) => $$"""{"cniVersion":"1.0.0","name":"{{name}}","plugins":[{"type":"{{type}}"}]}""";

    private static string Conf(string name, string type) => $$"""{"cniVersion":"0.3.1","name":"{{name}}","type":"{{type}}"}""";

    private string TypeOf(string name) => NetworkDirectory.Find(_bed.Networks, name).Plugins[0].Type;

    private CniException Failure(string name = "net", string? directory = null) =>
        Assert.Throws<CniException>(() => NetworkDirectory.Find(directory ?? _bed.Networks, name));

    [Fact]
    public void The_first_list_of_the_name_wins_and_lists_win_over_single_plugins()
    {
        _bed.Write("00.conf", Conf("net", "single"));
        _bed.Write("30.conflist", Conflist("net", "third"));
        _bed.Write("20.conflist", Conflist("net", "second"));
        _bed.Write("10.conflist", Conflist("other", "first"));

        Assert.Equal("second", TypeOf("net"));
        Assert.Equal("first", TypeOf("other"));
    }

    [Fact]
    public void Single_plugins_are_looked_through_together_and_become_a_list_of_one()
    {
        _bed.Write("20.conf", Conf("net", "later"));
        _bed.Write("10.json", Conf("net", "earlier"));
        _bed.Write("05.conflist.bak", Conflist("net", "backup"));

        NetworkList list = NetworkDirectory.Find(_bed.Networks, "net");

        Assert.Equal(("net", "0.3.1", "earlier"), (list.Name, list.CniVersion, Assert.Single(list.Plugins).Type));
        Assert.Equal(
            """{"cniVersion":"0.3.1","name":"net","plugins":[{"cniVersion":"0.3.1","name":"net","type":"earlier"}]}""",
            System.Text.Encoding.UTF8.GetString(list.Bytes.Span));
    }

    [Fact]
    public void Directories_inside_are_not_searched()
    {
        _bed.Write("sub/10.conflist", Conflist("net", "x"));

        Assert.Equal($"no net configurations found in {_bed.Networks}", Failure().Message);
    }

    [Fact]
    public void A_missing_directory_is_an_empty_one()
    {
        Assert.Equal("no net configurations found in /does/not/exist", Failure(directory: "/does/not/exist").Message);
        _bed.Write("10.conflist", Conflist("other", "x"));
        Assert.Equal($"no net configuration with name \"net\" in {_bed.Networks}", Failure().Message);
    }

    [Fact]
    public void A_file_in_its_place_is_an_error()
    {
        string file = _bed.Write("10.conflist", "{}");

        Assert.Equal($"readdirent {file}: not a directory", Failure(directory: file).Message);
    }

    [Fact]
    public void A_broken_file_before_it_is_an_error_whatever_network_it_is_of()
    {
        _bed.Write("20.conflist", Conflist("net", "x"));
        _bed.Write("10.conflist", "{");

        Assert.Equal("error parsing configuration list: unexpected end of JSON input", Failure().Message);
    }

    [Fact]
    public void A_single_plugin_needs_a_type()
    {
        _bed.Write("10.conf", """{"name":"net"}""");

        Assert.Equal("error parsing configuration: missing 'type'", Failure().Message);
    }

    [Fact]
    public void A_link_to_nothing_is_an_error()
    {
        File.CreateSymbolicLink(Path.Join(_bed.Networks, "10.conflist"), "/does/not/exist");

        string file = Path.Join(_bed.Networks, "10.conflist");
        Assert.Equal($"error reading {file}: open {file}: no such file or directory", Failure().Message);
    }

    [Theory]
    [InlineData("", true, "inline,a,b")]
    [InlineData(",\"loadOnlyInlinedPlugins\":false", true, "inline,a,b")]
    [InlineData(",\"loadOnlyInlinedPlugins\":\"FALSE\"", true, "inline,a,b")]
    [InlineData(",\"loadOnlyInlinedPlugins\":true", true, "inline")]
    [InlineData(",\"loadOnlyInlinedPlugins\":\"True\"", true, "inline")]
    [InlineData("", false, "a,b")]
    public void Plugins_of_the_networks_directory_follow_those_of_the_file(string option, bool inline, string types)
    {
        string plugins = inline ? ",\"plugins\":[{\"type\":\"inline\"}]" : "";
        _bed.Write("10.conflist", $$"""{"cniVersion":"1.0.0","name":"net"{{option}}{{plugins}}}""");
        _bed.Write("net/20.conf", """{"type":"b"}""");
        _bed.Write("net/10.conf", """{"type":"a"}""");
        _bed.Write("net/15.json", """{"type":"other extension"}""");

        Assert.Equal(types, string.Join(',', NetworkDirectory.Find(_bed.Networks, "net").Plugins.Select(p => p.Type)));
    }

    [Fact]
    public void A_list_without_any_plugin_is_an_error()
    {
        _bed.Write("10.conflist", """{"cniVersion":"1.0.0","name":"net"}""");

        Assert.Equal("no plugin configs found", Failure().Message);
    }

    [Fact]
    public void A_plugin_of_the_directory_needs_a_type()
    {
        _bed.Write("10.conflist", Conflist("net", "x"));
        _bed.Write("net/10.conf", "{}");

        Assert.Equal("error parsing configuration: missing 'type'", Failure().Message);
    }
}
