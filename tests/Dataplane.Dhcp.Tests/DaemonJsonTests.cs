using System.Text;
using Dataplane.Cni;

namespace Dataplane.Dhcp.Tests;

/// <summary>The protocol's lines: a daemon and a plugin of different builds may meet. The samples are what the first version wrote, by another writer.</summary>
public sealed class DaemonJsonTests
{
    private const string FirstRequest = """
        {"version":1,"method":"Allocate","containerId":"c1","network":"n\u00E9t\u003C\u00221\u0022\u003E","ifName":"eth0","netns":"/run/netns/x","provide":{"12":"AQI=","60":"","255":"//79/A=="},"request":"AwE=","keep":[{"containerId":"c1","ifName":"eth0"},{"containerId":"c2","ifName":"net1"}]}
        """;

    private const string FirstReply = """
        {"version":1,"error":"","address":"10.1.0.100","prefixLength":24,"gateway":"10.1.0.1","routes":[{"destination":"10.2.0.0","prefixLength":16,"router":"10.1.0.9"},{"destination":"10.3.0.0","prefixLength":24,"router":"0.0.0.0"}]}
        """;

    [Fact]
    public void A_question_of_the_first_version_is_read()
    {
        DaemonRequest request = Question(FirstRequest)!;
        Assert.Equal(
            (DaemonMethod.Allocate, "c1", "nét<\"1\">", "eth0", "/run/netns/x"),
            (request.Method, request.ContainerId, request.Network, request.IfName, request.Netns));
        Assert.Equal(new byte[] { 12, 60, 255 }, request.Provide.Keys.Order());
        Assert.Equal([1, 2], request.Provide[12]);
        Assert.Empty(request.Provide[60]);
        Assert.Equal([0xff, 0xfe, 0xfd, 0xfc], request.Provide[255]);
        Assert.Equal([3, 1], request.Request);
        Assert.Equal([new DaemonAttachment("c1", "eth0"), new DaemonAttachment("c2", "net1")], request.Keep);
    }

    [Fact]
    public void An_answer_of_the_first_version_is_read()
    {
        DaemonReply reply = Answer(FirstReply)!;
        Assert.Equal(("", "10.1.0.100", 24, "10.1.0.1"), (reply.Error, reply.Address, reply.PrefixLength, reply.Gateway));
        Assert.Equal([new DaemonRoute("10.2.0.0", 16, "10.1.0.9"), new DaemonRoute("10.3.0.0", 24, "0.0.0.0")], reply.Routes);
        Assert.Equal("failed \"x\" ü <&>", Answer("""{"version":1,"error":"failed \u0022x\u0022 \u00FC \u003C\u0026\u003E","address":"","prefixLength":0,"gateway":"","routes":[]}""")!.Error);
    }

    [Fact]
    public void A_question_is_written_as_the_first_version_did()
    {
        string line = Encoding.UTF8.GetString(DaemonJson.Write(Question(FirstRequest)!));
        Assert.EndsWith("}\n", line, StringComparison.Ordinal);
        // Only which characters are escaped differs, which no reader sees.
        Assert.Equal(FirstRequest.Replace("\\u00E9", "é", StringComparison.Ordinal).Replace("\\u0022", "\\\"", StringComparison.Ordinal).Replace("\\u003C", "\\u003c", StringComparison.Ordinal).Replace("\\u003E", "\\u003e", StringComparison.Ordinal), line[..^1]);
        Assert.Equal(
            """{"version":1,"method":"None","containerId":"","network":"","ifName":"","netns":"","provide":{},"request":"","keep":[]}""" + "\n",
            Encoding.UTF8.GetString(DaemonJson.Write(new DaemonRequest())));
    }

    [Fact]
    public void An_answer_is_written_as_the_first_version_did()
    {
        Assert.Equal(FirstReply + "\n", Encoding.UTF8.GetString(DaemonJson.Write(Answer(FirstReply)!)));
        Assert.Equal(
            """{"version":1,"error":"a \"b\"\nc","address":"","prefixLength":0,"gateway":"","routes":[]}""" + "\n",
            Encoding.UTF8.GetString(DaemonJson.Write(new DaemonReply { Error = "a \"b\"\nc" })));
    }

    [Theory]
    [InlineData(DaemonMethod.None)]
    [InlineData(DaemonMethod.Allocate)]
    [InlineData(DaemonMethod.Release)]
    [InlineData(DaemonMethod.Check)]
    [InlineData(DaemonMethod.Status)]
    [InlineData(DaemonMethod.Collect)]
    public void A_method_is_its_name(DaemonMethod method)
    {
        Assert.Equal(method, Question($$"""{"version":1,"method":"{{method}}"}""")!.Method);
        Assert.Contains($"\"method\":\"{method}\",", Encoding.UTF8.GetString(DaemonJson.Write(new DaemonRequest { Method = method })), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_said_has_its_default_and_what_is_not_known_is_skipped()
    {
        DaemonRequest request = Question("""{"later":{"a":[1,{"b":2}]},"version":1}""")!;
        Assert.Equal((DaemonMethod.None, "", ""), (request.Method, request.ContainerId, request.Netns));
        Assert.Empty(request.Provide);
        Assert.Empty(request.Request);
        Assert.Empty(request.Keep);
        DaemonReply reply = Answer("""{"version":1}""")!;
        Assert.Equal(("", "", 0, ""), (reply.Error, reply.Address, reply.PrefixLength, reply.Gateway));
        Assert.Empty(reply.Routes);
    }

    [Fact]
    public void Of_several_members_with_one_name_the_last_counts()
    {
        DaemonRequest request = Question("""{"version":2,"version":1,"network":"a","network":"b","provide":{"1":"AQ=="},"provide":{"12":"AQ==","12":"Ag=="}}""")!;
        Assert.Equal("b", request.Network);
        Assert.Equal([2], Assert.Single(request.Provide).Value);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"version":null}""")]
    [InlineData("""{"version":0}""")]
    [InlineData("""{"version":2,"method":"Dance","keep":7}""")]
    [InlineData("""{"version":1,"version":2}""")]
    public void Another_version_is_neither_a_question_nor_an_answer(string line)
    {
        Assert.Null(Question(line));
        Assert.Null(Answer(line));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("""{"version":1}}""")]
    [InlineData("""{"version":1,}""")]
    [InlineData("""{"version":"1"}""")]
    [InlineData("""{"version":1.0}""")]
    [InlineData("""{"version":1e0}""")]
    [InlineData("""{"version":99999999999999999999}""")]
    [InlineData("""{"version":1,"method":null}""")]
    [InlineData("""{"version":1,"method":"Dance"}""")]
    [InlineData("""{"version":1,"method":{}}""")]
    [InlineData("""{"version":1,"network":null}""")]
    [InlineData("""{"version":1,"network":7}""")]
    [InlineData("""{"version":1,"provide":null}""")]
    [InlineData("""{"version":1,"provide":[]}""")]
    [InlineData("""{"version":1,"provide":{"256":""}}""")]
    [InlineData("""{"version":1,"provide":{"-1":""}}""")]
    [InlineData("""{"version":1,"provide":{" 1":""}}""")]
    [InlineData("""{"version":1,"provide":{"":""}}""")]
    [InlineData("""{"version":1,"provide":{"one":""}}""")]
    [InlineData("""{"version":1,"provide":{"1":null}}""")]
    [InlineData("""{"version":1,"provide":{"1":"A"}}""")]
    [InlineData("""{"version":1,"provide":{"1":[1]}}""")]
    [InlineData("""{"version":1,"request":[1,3]}""")]
    [InlineData("""{"version":1,"request":"=="}""")]
    [InlineData("""{"version":1,"request":"\u0000\u00e9"}""")]
    [InlineData("""{"version":1,"keep":{}}""")]
    [InlineData("""{"version":1,"keep":[null]}""")]
    [InlineData("""{"version":1,"keep":["c1"]}""")]
    [InlineData("""{"version":1,"keep":[{"containerId":null}]}""")]
    [InlineData("""{"version":1,"keep":[{"containerId":1}]}""")]
    public void What_is_no_question_is_refused(string line) => Assert.Throws<CniException>(() => Question(line));

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request")]
    [InlineData("""{"version":1,"error":null}""")]
    [InlineData("""{"version":1,"prefixLength":"24"}""")]
    [InlineData("""{"version":1,"prefixLength":null}""")]
    [InlineData("""{"version":1,"prefixLength":4294967296}""")]
    [InlineData("""{"version":1,"routes":[null]}""")]
    [InlineData("""{"version":1,"routes":[[]]}""")]
    [InlineData("""{"version":1,"routes":[{"destination":null}]}""")]
    [InlineData("""{"version":1,"routes":[{"prefixLength":1.5}]}""")]
    public void What_is_no_answer_is_refused(string line) => Assert.Throws<CniException>(() => Answer(line));

    [Fact]
    public void Depth_is_refused_or_skipped()
    {
        Assert.Throws<CniException>(static () => Question(new string('[', 200_000)));
        Assert.Throws<CniException>(static () => Question("{\"a\":" + new string('[', 200_000)));
        const int deep = 5000;
        Assert.NotNull(Question($$"""{"version":1,"later":{{new string('[', deep)}}{{new string(']', deep)}}}"""));
        Assert.Throws<CniException>(static () => Question($$"""{"version":1,"network":{{new string('[', deep)}}{{new string(']', deep)}}}"""));
    }

    [Fact]
    public void What_is_not_UTF8_is_no_name_of_anything()
    {
        byte[] line = Encoding.UTF8.GetBytes("""{"version":1,"network":"a?b"}""");
        line[line.AsSpan().IndexOf((byte)'?')] = 0xff;
        Assert.Equal("a\uFFFDb", DaemonJson.ReadRequest(line)!.Network);
        Assert.Equal("a\uFFFDb", Question("""{"version":1,"network":"a\ud800b"}""")!.Network);
    }

    private static DaemonRequest? Question(string line) => DaemonJson.ReadRequest(Encoding.UTF8.GetBytes(line));

    private static DaemonReply? Answer(string line) => DaemonJson.ReadReply(Encoding.UTF8.GetBytes(line));
}
