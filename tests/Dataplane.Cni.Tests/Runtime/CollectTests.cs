using Dataplane.Cni.Runtime;

namespace Dataplane.Cni.Tests.Runtime;

/// <summary>GC, STATUS and validation of a network.</summary>
public sealed class CollectTests : IDisposable
{
    private readonly RuntimeBed _bed = new("a", "b");

    public void Dispose() => _bed.Dispose();

    private static NetworkList Network(string version = "1.1.0", string name = "net", string options = "") =>
        RuntimeBed.List($$$"""{"name":"{{{name}}}","cniVersion":"{{{version}}}"{{{options}}},"plugins":[{"type":"a","capabilities":{"x":true,"y":false}},{"type":"b","capabilities":{"w":true,"x":true}}]}""");

    private string Order => string.Join(' ', _bed.Calls);

    private void AddAll(params string[] ids)
    {
        foreach (string id in ids)
        {
            _bed.Runtime.Add(Network(), RuntimeBed.Attachment(id));
        }
        _bed.Runtime.Add(Network(name: "other"), RuntimeBed.Attachment("elsewhere"));
        _bed.Calls.Clear();
    }

    [Fact]
    public void GC_detaches_what_is_not_valid_and_gives_plugins_the_list()
    {
        AddAll("keep", "stale");

        _bed.Runtime.Gc(Network(), [new CniAttachment("keep", "eth0"), new CniAttachment("stale", "eth1")]);

        Assert.Equal("DEL b DEL a GC a GC b", Order);
        Assert.All(_bed.Calls.Take(2), call => Assert.Equal(("stale", "/ns"), (call.Variables["CNI_CONTAINERID"], call.Variables["CNI_NETNS"])));
        Assert.Equal(
            """
            {"capabilities":{"x":true,"y":false},"cni.dev/attachments":[{"containerID":"keep","ifname":"eth0"},{"containerID":"stale","ifname":"eth1"}],"cni.dev/valid-attachments":[{"containerID":"keep","ifname":"eth0"},{"containerID":"stale","ifname":"eth1"}],"cniVersion":"1.1.0","name":"net","type":"a"}
            """,
            _bed.Calls[2].Stdin);
        Assert.Equal("", _bed.Calls[2].Variables["CNI_CONTAINERID"]);
        Assert.Equal(["elsewhere", "keep"], _bed.Cache.List().Select(c => c.Attachment.ContainerId).Order());
    }

    [Fact]
    public void No_list_is_not_an_empty_list()
    {
        AddAll("one");
        _bed.Runtime.Gc(Network(), null);
        Assert.Equal("DEL b DEL a GC a GC b", Order);
        Assert.All(_bed.Calls, call => Assert.DoesNotContain("attachments", call.Stdin));

        AddAll("one");
        _bed.Runtime.Gc(Network(), []);
        Assert.Equal("DEL b DEL a GC a GC b", Order);
        Assert.Contains("\"cni.dev/valid-attachments\":[],", _bed.Calls[2].Stdin);
    }

    [Fact]
    public void GC_of_an_old_version_only_detaches_and_a_disabled_one_does_nothing()
    {
        AddAll("one");

        _bed.Runtime.Gc(Network(options: ",\"disableGC\":true"), []);
        Assert.Empty(_bed.Calls);
        _bed.Runtime.Gc(Network("1.0.0"), []);
        Assert.Equal("DEL b DEL a", Order);
    }

    [Fact]
    public void GC_goes_on_after_failures_and_reports_all()
    {
        AddAll("one", "two");
        _bed.Answer = call => call.Command == "GC" && call.Plugin == "b" ? null : RuntimeBed.Fails($"{call.Command} of {call.Plugin}");

        CniException error = Assert.Throws<CniException>(() => _bed.Runtime.Gc(Network(), []));

        Assert.Equal("DEL b DEL b GC a GC b", Order);
        Assert.Equal(
            [
                "failed to delete stale attachment one eth0: plugin type=\"b\" failed (delete): DEL of b",
                "failed to delete stale attachment two eth0: plugin type=\"b\" failed (delete): DEL of b",
                "failed to GC plugin a: GC of a",
            ],
            error.Message.Split('\n'));
        Assert.Equal(3, _bed.Cache.List().Count);
    }

    [Fact]
    public void GC_detaches_with_the_arguments_that_were_given()
    {
        var attachment = new RuntimeAttachment
        {
            ContainerId = "one",
            NetnsPath = "/ns",
            Args = RuntimeAttachment.ParseArgs("K=V"),
            CapabilityArgs = RuntimeBed.Json("""{"x":[1]}"""),
        };
        _bed.Runtime.Add(Network(), attachment);
        _bed.Calls.Clear();

        _bed.Runtime.Gc(Network(), []);

        Assert.Equal("K=V", _bed.Calls[0].Variables["CNI_ARGS"]);
        Assert.Contains("\"runtimeConfig\":{\"x\":[1]}", _bed.Calls[0].Stdin);
    }

    [Fact]
    public void STATUS_asks_each_and_reports_the_first_as_it_is()
    {
        _bed.Runtime.Status(Network());
        Assert.Equal("STATUS a STATUS b", Order);
        _bed.Answer = call => RuntimeBed.Fails($"{call.Plugin} is full", 51);

        CniException error = Assert.Throws<CniException>(() => _bed.Runtime.Status(Network()));

        Assert.Equal((CniErrorCode.LimitedConnectivity, "a is full"), (error.Code, error.Message));
        Assert.Equal(3, _bed.Calls.Count);
    }

    [Fact]
    public void STATUS_of_an_old_version_asks_nobody()
    {
        _bed.Runtime.Status(Network("1.0.0"));

        Assert.Empty(_bed.Calls);
    }

    [Fact]
    public void Validation_asks_for_versions_and_collects_capabilities()
    {
        _bed.Answer = _ => RuntimeBed.Prints("""{"cniVersion":"1.1.0","supportedVersions":["0.4.0","1.1.0"]}""");
        Assert.Equal(["w", "x"], _bed.Runtime.Validate(Network()));
        Assert.Equal("VERSION a VERSION b", Order);

        Assert.Equal(
            "[plugin a does not support config version \"1.0.0\" plugin b does not support config version \"1.0.0\"]",
            Assert.Throws<CniException>(() => _bed.Runtime.Validate(Network("1.0.0"))).Message);
        Assert.Equal(
            $"[failed to find plugin \"missing\" in path [{_bed.Root}]]",
            Assert.Throws<CniException>(() => _bed.Runtime.Validate(RuntimeBed.List("""{"name":"n","plugins":[{"type":"missing"}]}"""))).Message);
    }
}
