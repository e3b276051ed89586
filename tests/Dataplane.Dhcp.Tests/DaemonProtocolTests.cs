using System.Net.Sockets;
using System.Text;

namespace Dataplane.Dhcp.Tests;

/// <summary>What plugins and the daemon say to each other, and what the daemon makes of everything else.</summary>
public sealed class DaemonProtocolTests : IDisposable
{
    private readonly RunningDaemon _daemon = new();

    [Fact]
    public void A_line_is_answered_by_a_line()
    {
        Assert.Equal("{\"version\":1,\"error\":\"\",\"address\":\"\",\"prefixLength\":0,\"gateway\":\"\",\"routes\":[]}\n", _daemon.Say("{\"version\":1,\"method\":\"Status\"}\n"));
        Assert.Contains("no lease for c1/net1/eth0", _daemon.Say("""{"version":1,"method":"Check","containerId":"c1","network":"net1","ifName":"eth0"}""" + "\n"), StringComparison.Ordinal);
        Assert.Contains("\"error\":\"\"", _daemon.Say("""{"version":1,"method":"Release","containerId":"c1","network":"net1","ifName":"eth0"}""" + "\n"), StringComparison.Ordinal);
        Assert.Contains("\"error\":\"\"", _daemon.Say("""{"version":1,"method":"Collect","network":"net1","keep":[{"containerId":"c1","ifName":"eth0"}]}""" + "\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"version\":2,\"method\":\"Status\"}", "version 1 of its protocol")]
    [InlineData("{\"method\":\"Status\"}", "version 1 of its protocol")]
    [InlineData("{\"version\":1,\"method\":\"Check\"}", "no lease for //")]
    [InlineData("{\"version\":1}", "does not know what is asked for")]
    [InlineData("{\"version\":1,\"method\":\"Dance\"}", "does not understand")]
    [InlineData("{\"version\":1,\"method\":\"Release\",\"containerId\":null}", "does not understand")]
    [InlineData("{\"version\":1,\"method\":\"Release\",\"keep\":null}", "does not understand")]
    [InlineData("[]", "does not understand")]
    [InlineData("{\"version\":1,\"method\":4}", "does not understand")]
    [InlineData("{\"version\":1,\"provide\":{\"1\":\"?\"}}", "does not understand")]
    [InlineData("{\"version\":1e999}", "does not understand")]
    [InlineData("null", "version 1 of its protocol")]
    [InlineData("", "does not understand")]
    [InlineData("\u0001\u0002", "does not understand")]
    public void What_is_no_question_is_refused(string line, string answer) => Assert.Contains(answer, _daemon.Say(line + "\n"), StringComparison.Ordinal);

    [Fact]
    public void A_line_without_an_end_is_not_read_for_ever()
    {
        using Socket socket = _daemon.Connect();
        byte[] much = new byte[4096];
        Assert.Throws<SocketException>(() =>
        {
            for (int sent = 0; sent < 1 << 22; sent += much.Length)
            {
                socket.Send(much);
            }
        });
        Status();
    }

    [Fact]
    public void A_lease_for_what_is_not_there_is_refused()
    {
        const string question = """{"version":1,"method":"Allocate","containerId":"c1","network":"net1","ifName":"eth0","netns":"/run/netns/dptest-not-there"}""";
        Assert.Contains("failed to Statfs \\\"/run/netns/dptest-not-there\\\": no such file or directory", _daemon.Say(question + "\n"), StringComparison.Ordinal);
        Assert.Contains("unknown FS magic on", _daemon.Say(question.Replace("/run/netns/dptest-not-there", "/etc", StringComparison.Ordinal) + "\n"), StringComparison.Ordinal);
        Status();
    }

    [Fact]
    public void The_references_plugin_is_told_that_it_is_another_daemon() =>
        Assert.StartsWith("HTTP/1.0 501 this is the DHCP daemon of Dataplane", _daemon.Say("CONNECT /_goRPC_ HTTP/1.0\n\n"), StringComparison.Ordinal);

    [Fact]
    public void Who_says_nothing_keeps_nobody_waiting()
    {
        var silent = new List<Socket>();
        for (int i = 0; i < 50; i++)
        {
            silent.Add(_daemon.Connect());
        }

        Status();
        silent.ForEach(static socket => socket.Dispose());
        Status();
    }

    [Fact]
    public void Without_a_daemon_the_error_is_the_references()
    {
        Assert.Equal(
            "error dialing DHCP daemon: dial unix /nowhere/dhcp.sock: connect: no such file or directory",
            Assert.Throws<DhcpException>(static () => DaemonClient.Dial("/nowhere/dhcp.sock")).Message);
        Assert.Contains("connect: invalid argument", Assert.Throws<DhcpException>(static () => DaemonClient.Dial(new string('x', 200))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", "listens another implementation's daemon (it said \"HTTP/1.1 400 Bad Request\")")]
    [InlineData("hello\n", "is no DHCP daemon: it said \"hello\"")]
    [InlineData("", "hung up")]
    [InlineData("{\"version\":7}\n", "of another version")]
    [InlineData("{\"version\":", "is no DHCP daemon")]
    public void Who_answers_something_else_is_named(string says, string error)
    {
        string path = Path.Combine(Path.GetDirectoryName(_daemon.SocketPath)!, "other.sock");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        var other = new Thread(() =>
        {
            using Socket socket = listener.Accept();
            socket.Receive(new byte[4096]);
            socket.Send(Encoding.UTF8.GetBytes(says));
        });
        other.Start();

        using (DaemonClient client = DaemonClient.Dial(path))
        {
            Assert.Contains(error, Assert.Throws<DhcpException>(() => client.Ask(new DaemonRequest { Method = DaemonMethod.Status }, -1)).Message, StringComparison.Ordinal);
        }

        other.Join();
    }

    public void Dispose() => _daemon.Dispose();

    private void Status()
    {
        using DaemonClient client = DaemonClient.Dial(_daemon.SocketPath);
        Assert.Equal("", client.Ask(new DaemonRequest { Method = DaemonMethod.Status }, -1).Error);
    }
}
