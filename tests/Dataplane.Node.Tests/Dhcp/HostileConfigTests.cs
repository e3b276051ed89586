using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Dataplane.Node.Tests.Catalog.Hostile;
using Dataplane.TestKit;
using Xunit;

namespace Dataplane.Node.Tests.Dhcp;

/// <summary>Every field of the plugin, replaced by what it is not, beside a daemon that has to outlive it; and strangers on the daemon's socket.</summary>
public sealed class HostileConfigTests : DhcpTest
{
    private static readonly string[] s_others = ["CHECK", "DEL", "GC", "STATUS"];
    private readonly TestNamespace _pod;
    private readonly DhcpDaemonProcess _daemon;

    public HostileConfigTests()
    {
        _pod = Bed.AddPod();
        _daemon = StartDaemon();
    }

    // The interface is not there: what is not refused for itself is refused for that, and no lease is asked for.
    private PluginResult Call(string command, string config) =>
        Plugins.Run(new PluginCall("dhcp", command, config) { ContainerId = "c1", Netns = _pod.Path, IfName = "none0", Args = "K8S_POD_NAME=a" });

    private string Config => Network(""", "request": [{"option": "121", "skipDefault": true}], "provide": [{"option": "host-name", "value": "a", "fromArg": "K8S_POD_NAME"}], "priority": 5""", version: "1.1.0");

    [NeedsFact(Ours)]
    public void Every_value_that_is_none_is_refused_or_passed_over()
    {
        List<string> wrong = [];
        int number = 0;
        foreach (Mutation mutation in Mutation.Of(JsonNode.Parse(Config)!.AsObject()))
        {
            foreach (string command in (string[])["ADD", s_others[number++ % s_others.Length]])
            {
                PluginResult answer = Call(command, mutation.Config);
                if (command == "ADD" && answer.ExitStatus == 0)
                {
                    wrong.Add($"ADD, {mutation.Path} = {mutation.Kind}: an address for no interface: {answer}");
                }

                if (HostileBed.Wrong(answer) is { } found)
                {
                    wrong.Add($"{command}, {mutation.Path} = {mutation.Kind}: {found}");
                }
            }
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} of {number}:\n{string.Join("\n", wrong.Take(20))}");
        AssertUntouched();
    }

    [NeedsTheory(Ours)]
    [InlineData("")]
    [InlineData("{}\n")]
    [InlineData("{\"method\": 1}\n")]
    [InlineData("CONNECT /_goRPC_ HTTP/1.0\r\n\r\n")]
    [InlineData("\0\0\0\0\u007f\u00ff\u00ff\u00ff")]
    public void Strangers_on_the_socket_end_nothing(string says)
    {
        for (int i = 0; i < 50; i++)
        {
            using var stranger = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            stranger.Connect(new UnixDomainSocketEndPoint(SocketPath));
            stranger.Send(Encoding.Latin1.GetBytes(says));
        }

        AssertUntouched();
    }

    private void AssertUntouched()
    {
        Call("STATUS", Config).OrThrow();
        Assert.Empty(_daemon.LeaseFiles);
    }
}
