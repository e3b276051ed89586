using System.Net;
using Dataplane.TestKit;

namespace Dataplane.Node.Tests.Dhcp;

/// <summary>A node with a bridge, another machine on that bridge (10.9.0.1) that a DHCP server runs on, and the daemon.</summary>
public abstract class DhcpTest : NodeTest
{
    private readonly List<IDisposable> _programs = [];

    protected DhcpTest()
    {
        Server = Bed.AddMachine("srv");
        // An address of its own: the kernel's would follow the ports.
        Bed.Host.Ip("link", "add", "br9", "address", "02:00:00:00:09:09", "type", "bridge");
        Bed.Host.Ip("link", "set", "br9", "up");
        Bed.Host.Ip("link", "add", "srv0", "type", "veth", "peer", "name", "eth0", "netns", Server.Name);
        Bed.Host.Ip("link", "set", "srv0", "master", "br9", "up");
        Server.Ip("address", "add", "10.9.0.1/24", "dev", "eth0");
        Server.Ip("link", "set", "eth0", "up");
    }

    /// <summary>The machine on the bridge.</summary>
    protected TestNamespace Server { get; }

    protected string SocketPath => Path.Combine(Bed.Scratch, "dhcp.sock");

    /// <summary>A network whose addresses come by DHCP.</summary>
    protected string Network(string ipam = "", string plugin = "bridge", string name = "net9", string version = "1.0.0", string extra = "") => $$"""
        {"cniVersion": "{{version}}", "name": "{{name}}", "type": "{{plugin}}", {{(plugin == "bridge" ? "\"bridge\": \"br9\"" : "\"master\": \"srv0\"")}}{{extra}},
         "ipam": {"type": "dhcp", "daemonSocketPath": "{{SocketPath}}"{{ipam}} } }
        """;

    protected DhcpDaemonProcess StartDaemon(params string[] flags) => Keep(DhcpDaemonProcess.Start(Bed, Plugins.Directory, flags));

    protected Dnsmasq StartDnsmasq(string range, params string[] options) => Keep(Dnsmasq.Start(Bed, Server, "eth0", range, options));

    protected DhcpTestServer StartServer() => Keep(DhcpTestServer.Start(Server, "eth0", "10.9.0.1"));

    /// <summary>The names of the host's devices.</summary>
    protected string[] Devices => [.. Bed.Host.Ip("-br", "link").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => line.Split(' ')[0])];

    protected static bool IsUp(TestNamespace pod) => pod.Ip("-o", "link", "show", "eth0").Contains("LOWER_UP", StringComparison.Ordinal);

    protected static bool Reaches(TestNamespace pod) => Ping.Reaches(pod, IPAddress.Parse("10.9.0.1"), count: 3);

    protected override void DisposeBeds()
    {
        for (int i = _programs.Count - 1; i >= 0; i--)
        {
            _programs[i].Dispose();
        }

        base.DisposeBeds();
    }

    private T Keep<T>(T program)
        where T : IDisposable
    {
        _programs.Add(program);
        return program;
    }
}
