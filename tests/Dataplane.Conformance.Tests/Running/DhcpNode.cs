using Dataplane.TestKit;

namespace Dataplane.Conformance.Tests;

/// <summary>What cases with DHCP need besides the node: a bridge "br0" with a server's machine on it, and the daemon of the plugins under test.</summary>
internal sealed class DhcpNode : IDisposable
{
    private readonly Dnsmasq _server;
    private readonly DhcpDaemonProcess _daemon;

    private DhcpNode(Dnsmasq server, DhcpDaemonProcess daemon)
    {
        _server = server;
        _daemon = daemon;
    }

    /// <summary>A server with one address to give, 10.1.2.9: so that every run gets the same.</summary>
    public static DhcpNode Start(NodeBed bed, string directory, IReadOnlyList<string> options)
    {
        TestNamespace machine = bed.AddMachine("srv");
        bed.Host.Ip("link", "add", "br0", "type", "bridge");
        bed.Host.Ip("link", "add", "srv0", "type", "veth", "peer", "name", "eth0", "netns", machine.Name);
        bed.Host.Ip("link", "set", "srv0", "addrgenmode", "none", "master", "br0", "up");
        bed.Host.Ip("link", "set", "br0", "addrgenmode", "none", "up");
        machine.Ip("address", "add", "10.1.2.1/24", "dev", "eth0");
        machine.Ip("link", "set", "eth0", "addrgenmode", "none", "up");
        Dnsmasq server = Dnsmasq.Start(bed, machine, "eth0", "10.1.2.9,10.1.2.9,255.255.255.0,600", [.. options]);
        try
        {
            return new DhcpNode(server, DhcpDaemonProcess.Start(bed, directory));
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _daemon.Dispose();
        _server.Dispose();
    }
}
