using System.Text;
using Dataplane.Cni.Runtime;

namespace Dataplane.Cni.Tests.Runtime;

/// <summary>ADD, CHECK and DEL of a chain: order, results, variables and failures.</summary>
public sealed class CniRuntimeTests : IDisposable
{
    private const string Compact = """{"cniVersion":"1.0.0","interfaces":[{"name":"eth0","sandbox":"/ns"}],"ips":[{"address":"10.1.2.3/24","interface":0}]}""";
    private readonly RuntimeBed _bed = new("a", "b", "c");

    public void Dispose() => _bed.Dispose();

    private static NetworkList Chain(string version = "1.0.0", string options = "") =>
        RuntimeBed.List($$"""{"name":"net","cniVersion":"{{version}}"{{options}},"plugins":[{"type":"a"},{"type":"b","name":"own"},{"type":"c"}]}""");

    private string CachePath => Path.Join(_bed.Results, "net-one-eth0");

    private string Order => string.Join(' ', _bed.Calls);

    [Fact]
    public void ADD_goes_forward_each_with_the_result_before()
    {
        _bed.Answer = call => call.Plugin == "b" ? RuntimeBed.Prints("""{"cniVersion":"0.4.0","ips":[{"version":"4","address":"10.9.9.9/8"}],"dns":{}}""") : null;

        CniResult result = _bed.Runtime.Add(Chain(), RuntimeBed.Attachment());

        Assert.Equal("ADD a ADD b ADD c", Order);
        Assert.DoesNotContain("prevResult", _bed.Calls[0].Stdin);
        Assert.Contains($"\"prevResult\":{Compact}", _bed.Calls[1].Stdin);
        // As it was answered, in its own version.
        Assert.Contains("""prevResult":{"cniVersion":"0.4.0","ips":[{"version":"4","address":"10.9.9.9/8"}],"dns":{}}""", _bed.Calls[2].Stdin);
        Assert.Equal("10.1.2.3/24", Assert.Single(result.Ips).Address.ToString());
        Assert.Equal(["a ADD", "b ADD", "c ADD"], _bed.Timings.Select(t => $"{t.Type} {t.Command}"));
    }

    [Fact]
    public void Each_plugin_gets_all_variables()
    {
        var attachment = new RuntimeAttachment
        {
            ContainerId = "one",
            NetnsPath = "/ns",
            IfName = "net1",
            Args = RuntimeAttachment.ParseArgs("A=1;B=2"),
        };
        _bed.Runtime.Add(Chain(), attachment);

        Assert.All(_bed.Calls, call => Assert.Equal(
            $"CNI_ARGS=A=1;B=2,CNI_COMMAND=ADD,CNI_CONTAINERID=one,CNI_IFNAME=net1,CNI_NETNS=/ns,CNI_PATH={_bed.Root}",
            string.Join(',', call.Variables.OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => $"{v.Key}={v.Value}"))));
    }

    [Fact]
    public void The_first_failure_ends_ADD_and_nothing_is_remembered()
    {
        _bed.Answer = call => call.Plugin == "b" ? RuntimeBed.Fails("no address", 11, "10.1.0.0/16 is full") : null;

        CniException error = Assert.Throws<CniException>(() => _bed.Runtime.Add(Chain(), RuntimeBed.Attachment()));

        Assert.Equal((CniErrorCode.TryAgainLater, "plugin type=\"b\" name=\"own\" failed (add): no address; 10.1.0.0/16 is full"), (error.Code, error.ToString()));
        Assert.Equal("ADD a ADD b", Order);
        Assert.False(File.Exists(CachePath));
        Assert.True(_bed.Timings[1].Failed);
    }

    [Theory]
    [InlineData("", "eth0", "missing containerID")]
    [InlineData("a b", "eth0", "invalid characters in containerID; a b")]
    [InlineData("one", "", "interface name is empty")]
    [InlineData("one", "a/b", "interface name contains / or : or whitespace characters")]
    [InlineData("one", "0123456789abcdef", "interface name is too long; interface name should be less than 16 characters")]
    public void Ids_and_names_are_checked_before_anything_runs(string id, string ifName, string message)
    {
        CniException error = Assert.Throws<CniException>(() => _bed.Runtime.Add(Chain(), RuntimeBed.Attachment(id, ifName)));

        Assert.Equal($"plugin type=\"a\" failed (add): {message}", error.ToString());
        Assert.Empty(_bed.Calls);
    }

    [Fact]
    public void A_plugin_that_is_not_there_is_reported_first()
    {
        NetworkList list = RuntimeBed.List("""{"name":"-","plugins":[{"type":"missing"}]}""");

        Assert.Equal(
            $"plugin type=\"missing\" failed (add): failed to find plugin \"missing\" in path [{_bed.Root}]",
            Assert.Throws<CniException>(() => _bed.Runtime.Add(list, RuntimeBed.Attachment(""))).Message);
    }

    [Fact]
    public void A_cache_that_cannot_be_written_fails_ADD()
    {
        File.WriteAllText(Path.Join(_bed.Root, "cache"), "a file where the directory should be");

        CniException error = Assert.Throws<CniException>(() => _bed.Runtime.Add(Chain(), RuntimeBed.Attachment()));

        Assert.StartsWith($"failed to set network \"net\" cached result: open {CachePath}: ", error.Message);
    }

    [Theory]
    [InlineData("0.4.0")]
    [InlineData("1.0.0")]
    [InlineData("1.1.0")]
    public void DEL_goes_backward_with_the_remembered_result(string version)
    {
        _bed.Runtime.Add(Chain(version), RuntimeBed.Attachment());
        _bed.Calls.Clear();

        _bed.Runtime.Del(Chain(version), RuntimeBed.Attachment());

        Assert.Equal("DEL c DEL b DEL a", Order);
        Assert.All(_bed.Calls, call => Assert.Contains($"\"prevResult\":{{\"cniVersion\":\"{version}\",\"interfaces\"", call.Stdin));
        Assert.False(File.Exists(CachePath));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0.3.1")]
    public void DEL_of_an_old_version_has_no_result(string version)
    {
        _bed.Runtime.Add(Chain("1.0.0"), RuntimeBed.Attachment());
        _bed.Calls.Clear();

        _bed.Runtime.Del(Chain(version), RuntimeBed.Attachment());

        Assert.All(_bed.Calls, call => Assert.DoesNotContain("prevResult", call.Stdin));
        Assert.False(File.Exists(CachePath));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"kind\":\"cniCacheV1\",\"contai")]
    [InlineData("\0\0\0\0")]
    [InlineData("{\"cniVersion\":\"7.0.0\"}")]
    [InlineData("{\"kind\":\"cniCacheV1\",\"result\":[]}")]
    public void DEL_passes_over_a_torn_file_and_removes_it(string content)
    {
        Directory.CreateDirectory(_bed.Results);
        File.WriteAllText(CachePath, content);

        _bed.Runtime.Del(Chain(), RuntimeBed.Attachment());

        Assert.Equal("DEL c DEL b DEL a", Order);
        Assert.All(_bed.Calls, call => Assert.DoesNotContain("prevResult", call.Stdin));
        Assert.False(File.Exists(CachePath));
    }

    [Fact]
    public void DEL_that_fails_ends_there_and_can_be_repeated()
    {
        _bed.Runtime.Add(Chain(), RuntimeBed.Attachment());
        _bed.Calls.Clear();
        _bed.Answer = call => call.Plugin == "b" ? RuntimeBed.Fails("busy") : null;

        Assert.Equal(
            "plugin type=\"b\" name=\"own\" failed (delete): busy",
            Assert.Throws<CniException>(() => _bed.Runtime.Del(Chain(), RuntimeBed.Attachment())).Message);
        Assert.True(File.Exists(CachePath));
        _bed.Answer = _ => null;
        _bed.Runtime.Del(Chain(), RuntimeBed.Attachment());

        Assert.Equal("DEL c DEL b DEL c DEL b DEL a", Order);
        Assert.Contains("prevResult", _bed.Calls[^1].Stdin);
    }

    [Fact]
    public void CHECK_goes_forward_with_the_remembered_result()
    {
        _bed.Runtime.Add(Chain(), RuntimeBed.Attachment());
        _bed.Calls.Clear();

        _bed.Runtime.Check(Chain(), RuntimeBed.Attachment());

        Assert.Equal("CHECK a CHECK b CHECK c", Order);
        Assert.All(_bed.Calls, call => Assert.Contains($"\"prevResult\":{Compact}", call.Stdin));
    }

    [Fact]
    public void CHECK_without_a_remembered_result_has_none()
    {
        _bed.Runtime.Check(Chain(), RuntimeBed.Attachment());

        Assert.All(_bed.Calls, call => Assert.DoesNotContain("prevResult", call.Stdin));
        Assert.Equal(3, _bed.Calls.Count);
    }

    [Fact]
    public void CHECK_reports_a_plugins_error_as_it_is()
    {
        _bed.Answer = call => call.Plugin == "b" ? RuntimeBed.Fails("gone", 100) : null;

        CniException error = Assert.Throws<CniException>(() => _bed.Runtime.Check(Chain(), RuntimeBed.Attachment()));

        Assert.Equal((100u, "gone"), ((uint)error.Code, error.Message));
    }

    [Fact]
    public void CHECK_needs_a_version_that_has_it()
    {
        Assert.Equal(
            "configuration version \"0.3.1\" does not support the CHECK command",
            Assert.Throws<CniException>(() => _bed.Runtime.Check(Chain("0.3.1"), RuntimeBed.Attachment())).Message);
        _bed.Runtime.Check(Chain(options: ",\"disableCheck\":true"), RuntimeBed.Attachment());
        Assert.Empty(_bed.Calls);
    }

    [Fact]
    public void CHECK_of_a_torn_file_is_an_error()
    {
        Directory.CreateDirectory(_bed.Results);
        File.WriteAllText(CachePath, "");

        Assert.Equal(
            "failed to get network \"net\" cached result: decoding version from network config: unexpected end of JSON input",
            Assert.Throws<CniException>(() => _bed.Runtime.Check(Chain(), RuntimeBed.Attachment())).Message);
    }

    [Fact]
    public void A_result_of_no_known_version_is_an_error()
    {
        _bed.Answer = _ => RuntimeBed.Prints("""{"cniVersion":"5.0.0"}""");

        Assert.Equal(
            "plugin type=\"a\" failed (add): unsupported CNI result version \"5.0.0\"",
            Assert.Throws<CniException>(() => _bed.Runtime.Add(Chain(), RuntimeBed.Attachment())).Message);
    }

    [Fact]
    public void An_answer_of_the_oldest_version_without_addresses_is_passed_on()
    {
        _bed.Answer = call => call.Command == "ADD" ? RuntimeBed.Prints("{}") : null;

        _bed.Runtime.Add(Chain("0.2.0"), RuntimeBed.Attachment());

        Assert.Contains("""prevResult":{"cniVersion":"0.2.0","dns":{}}""", _bed.Calls[2].Stdin);
        Assert.Contains("\"result\":{\"cniVersion\":\"0.2.0\",\"dns\":{}}", Encoding.UTF8.GetString(File.ReadAllBytes(CachePath)));
    }

    [Theory]
    [InlineData("=1")]
    [InlineData("A=")]
    [InlineData("A")]
    [InlineData("A=1=2")]
    [InlineData("A=1;")]
    public void CNI_ARGS_are_pairs(string text) =>
        Assert.Equal(
            $"invalid CNI_ARGS pair \"{text.Split(';')[^1]}\"",
            Assert.Throws<CniException>(() => RuntimeAttachment.ParseArgs(text)).Message);
}
