using System.Net;
using System.Net.NetworkInformation;
using Dataplane.TestKit;

namespace Dataplane.Node.Tests.Nat;

/// <summary>
/// What the cells of the matrix share: a pod that asks, a pod with host ports that answers, and answers outside on every address.
/// </summary>
public sealed class MatrixBed : NatBed
{
    public const int Port = 7000;
    public const int HostPort = 8080;

    /// <summary>Leads to a port of <see cref="Server"/> where nobody listens.</summary>
    public const int DeafHostPort = 8081;

    /// <summary>Leads to <see cref="SmallMtu"/>.</summary>
    public const int SmallMtuHostPort = 8082;
    public const int SmallMtuBytes = 1280;
    private readonly List<IDisposable> _servers = [];

    public MatrixBed(string plugin)
        : base(plugin)
    {
        Client = Attach();
        // SCTP's checksum is over the ports too: its host port is the pod's own.
        Server = Attach(new PortMapping(HostPort, Port, "tcp"), new PortMapping(HostPort, Port, "udp"),
            new PortMapping(Port, Port, "sctp"), new PortMapping(DeafHostPort, 7998, "udp"));
        SmallMtu = Attach(Network(plugin, 2, $", \"mtu\": {SmallMtuBytes}"), Ports(SmallMtuHostPort, Port));
        InServer = Add(EchoServer.Start(Server.Pod, Port));
        SctpInServer = [Add(SctpEcho.Start(Server.Pod, Server.V4, Port)), Add(SctpEcho.Start(Server.Pod, Server.V6, Port))];
        foreach (IPAddress address in (IPAddress[])[OutsideWorld.Wide4, OutsideWorld.Wide6, OutsideWorld.Narrow4, OutsideWorld.Narrow6])
        {
            Outside.Add(address, Add(EchoServer.Start(World.Machine, Port, address)));
        }
        SctpOutside = [Add(SctpEcho.Start(World.Machine, OutsideWorld.Wide4, Port)), Add(SctpEcho.Start(World.Machine, OutsideWorld.Wide6, Port))];
        HostAddresses = Host.Run(static () => NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(static device => device.GetIPProperties().UnicastAddresses).Select(static unicast => unicast.Address).ToHashSet());
    }

    public NatPod Client { get; }

    public NatPod Server { get; }

    /// <summary>A pod of another network, with smaller packets.</summary>
    public NatPod SmallMtu { get; }

    public EchoServer InServer { get; }

    /// <summary>IPv4's, IPv6's.</summary>
    public IReadOnlyList<SctpEcho> SctpInServer { get; }

    /// <summary>The machine's, by the address it listens on.</summary>
    public Dictionary<IPAddress, EchoServer> Outside { get; } = [];

    /// <summary>IPv4's, IPv6's.</summary>
    public IReadOnlyList<SctpEcho> SctpOutside { get; }

    /// <summary>Every address of the node itself.</summary>
    public HashSet<IPAddress> HostAddresses { get; }

    protected override void Ended() => _servers.ForEach(static server => server.Dispose());

    private T Add<T>(T server) where T : IDisposable
    {
        _servers.Add(server);
        return server;
    }
}
