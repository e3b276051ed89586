using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Dataplane.TestKit;
using Xunit;

namespace Dataplane.Node.Tests.Firewall;

/// <summary>firewalld's zones by a bus of the test's own; and a bus that lies, hangs up, or is not there.</summary>
public sealed class FirewalldTests : NodeTest
{
    private const Needs Needed = Ours | Needs.Bus;
    private const string V4 = "10.1.0.2/32";

    private string? _bus;

    [NeedsFact(Needed)]
    public void Addresses_go_into_the_zone_and_out_again()
    {
        using var daemon = new BusDaemon(Bed.Scratch);
        using var firewalld = new FirewalldStub(daemon.SocketPath);
        _bus = daemon.Address;
        Attachment pod = Attach(Network("bridge"));
        string v6 = $"{pod.V6}/128";
        Assert.Equal(V4, $"{pod.V4}/32");

        PluginResult added = Firewall("ADD", pod).OrThrow();
        Assert.Equal(JsonNode.Parse(pod.Result.Stdout)!.ToJsonString(), JsonNode.Parse(added.Stdout)!.ToJsonString());
        Assert.Equal([$"addSource trusted {V4}", $"addSource trusted {v6}"], firewalld.Calls);
        Firewall("CHECK", pod).OrThrow();
        // Twice is no mistake: it takes the first one's back.
        Firewall("ADD", pod).OrThrow();
        Assert.Equal("trusted", firewalld.ZoneOf(V4));

        Firewall("DEL", pod, previous: false).OrThrow();
        Assert.Null(firewalld.ZoneOf(V4));
        Assert.Null(firewalld.ZoneOf(v6));
        Assert.Contains("failed to find the address", Firewall("CHECK", pod).StdoutText, StringComparison.Ordinal);
        Firewall("DEL", pod).OrThrow();
    }

    [NeedsFact(Needed)]
    public void Another_zone_one_that_has_the_address_already_and_one_that_is_none()
    {
        using var daemon = new BusDaemon(Bed.Scratch);
        using var firewalld = new FirewalldStub(daemon.SocketPath);
        _bus = daemon.Address;
        Attachment pod = Attach(Network("ptp"));
        // By the reference, before: no record of ours.
        Firewall("ADD", pod, "\"firewalldZone\": \"work\"").OrThrow();
        Directory.Delete(Path.Combine(Bed.RunDirectory, "firewall"), recursive: true);
        Firewall("ADD", pod, "\"firewalldZone\": \"work\"").OrThrow();
        Assert.Equal("work", firewalld.ZoneOf(V4));
        Firewall("DEL", pod).OrThrow();
        Assert.Null(firewalld.ZoneOf(V4));

        PluginResult refused = Firewall("ADD", pod, "\"firewalldZone\": \"nowhere\"");
        Assert.Contains($"failed to add the address {V4} to nowhere zone: INVALID_ZONE: nowhere", refused.StdoutText, StringComparison.Ordinal);
        Firewall("ADD", pod, "\"firewalldZone\": \"a b\\n%c\"").OrThrow();
        Assert.Equal("a b\n%c", firewalld.ZoneOf(V4));
        Firewall("DEL", pod, previous: false).OrThrow();
        Assert.Null(firewalld.ZoneOf(V4));
    }

    [NeedsTheory(Needed), InlineData("\"backend\": \"iptables\""), InlineData("\"backend\": \"\", \"ingressPolicy\": \"isolated\"")]
    public void Whom_the_programs_let_through_is_in_no_zone(string fields)
    {
        using var daemon = new BusDaemon(Bed.Scratch);
        _bus = daemon.Address;
        Attachment pod = Attach(Network("bridge"));
        Firewall("ADD", pod, fields).OrThrow();
        using var firewalld = new FirewalldStub(daemon.SocketPath);
        Firewall("DEL", pod, "\"backend\": \"iptables\"").OrThrow();
        Assert.Empty(firewalld.Calls);
    }

    [NeedsFact(Needed)]
    public void Without_a_bus_there_is_no_firewalld_unless_it_is_asked_for()
    {
        _bus = $"unix:path={Bed.Scratch}/nobody";
        Attachment pod = Attach(Network("bridge"));
        Firewall("ADD", pod).OrThrow();
        Firewall("CHECK", pod).OrThrow();
        Firewall("DEL", pod).OrThrow();
        Assert.Contains("firewalld cannot be asked", Firewall("ADD", pod, "\"backend\": \"firewalld\"").StdoutText, StringComparison.Ordinal);
        Firewall("DEL", pod, "\"backend\": \"firewalld\"").OrThrow();
    }

    public static TheoryData<string, string> Liars => new()
    {
        { "hangs up", "" },
        { "refuses", "REJECTED EXTERNAL\r\n" },
        { "says what is no line", new string('x', 5000) },
        { "answers with nonsense", "OK 1234\r\n" + new string('z', 64) },
        { "announces more than there is", "OK 1234\r\nl\u0002\0\u0001\u0008\0\0\0\u0001\0\0\0\u0008\0\0\0" },
        { "announces gigabytes", "OK 1234\r\nl\u0002\0\u0001\u007f\u007f\u007f\u007f\u0001\0\0\0\u0010\0\0\0" },
        { "has fields of no length", "OK 1234\r\nl\u0002\0\u0001\0\0\0\0\u0001\0\0\0\u0008\0\0\0\u0005\u0001u\0\0\0\0" },
        { "has a text beyond its end", "OK 1234\r\nl\u0002\0\u0001\0\0\0\0\u0001\0\0\0\u0010\0\0\0\u0004\u0001s\0\u007f\u007f\u007f\u007fabcdefgh" },
        { "has a field of an unknown type", "OK 1234\r\nl\u0002\0\u0001\0\0\0\0\u0001\0\0\0\u0008\0\0\0\u0009\u0002ay\0\0\0\0" },
    };

    [NeedsTheory(Needed), MemberData(nameof(Liars))]
    public void A_bus_that_lies_is_none(string what, string answer)
    {
        Assert.NotEmpty(what);
        string path = Path.Combine(Bed.Scratch, "liar");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        var thread = new Thread(() =>
        {
            try
            {
                while (true)
                {
                    using Socket client = listener.Accept();
                    client.Receive(new byte[256]);
                    client.Send(Encoding.Latin1.GetBytes(answer));
                    client.Shutdown(SocketShutdown.Send);
                    while (client.Receive(new byte[256]) > 0)
                    {
                    }
                }
            }
            catch (SocketException)
            {
                // The test is over.
            }
        });
        thread.Start();
        _bus = $"tcp:host=127.0.0.1;unix:path={path}";
        Attachment pod = Attach(Network("ptp"));
        Firewall("ADD", pod).OrThrow();
        Firewall("DEL", pod).OrThrow();
        Assert.NotEqual(0, Firewall("ADD", pod, "\"backend\": \"firewalld\"").ExitStatus);
        Firewall("DEL", pod, "\"backend\": \"firewalld\"").OrThrow();
        listener.Shutdown(SocketShutdown.Both);
        thread.Join();
    }

    private PluginResult Firewall(string command, Attachment pod, string fields = "", bool previous = true)
    {
        string config = $$"""{"cniVersion": "1.0.0", "name": "net1", "type": "firewall"{{(fields.Length > 0 ? ", " : "")}}{{fields}}{{(previous ? $", \"prevResult\": {Encoding.UTF8.GetString(pod.Result.Stdout)}" : "")}}}""";
        return Plugins.Run(new PluginCall("firewall", command, config)
        {
            ContainerId = pod.Id, Netns = pod.Pod.Path, IfName = "eth0", Extra = new Dictionary<string, string> { ["DBUS_SYSTEM_BUS_ADDRESS"] = _bus! },
        });
    }
}
