using System.Net;
using System.Net.Sockets;
using Dataplane.Abi;
using Dataplane.Benchmarks.Beds;
using Dataplane.Benchmarks.Reporting;
using Dataplane.Bpf;
using Dataplane.Netlink;

namespace Dataplane.Benchmarks.Suites;

/// <summary>
/// What the kernel has to do for an ADD and a DEL, whoever asks: veth into the pod, bridge port, address, route, two filters, two map
/// rows; and the veth's end. One warm process, open sockets.
/// </summary>
internal sealed class KernelWork(bool dualStack) : IDisposable
{
    private const string Veth = "vethfloor";
    private readonly (IPAddress Address, IPAddress Gateway, int Prefix)[] _addresses =
    [
        (IPAddress.Parse("10.88.0.2"), IPAddress.Parse("10.88.0.1"), 16),
        .. dualStack ? [(IPAddress.Parse("fd00:88::2"), IPAddress.Parse("fd00:88::1"), 64)] : ((IPAddress, IPAddress, int)[])[],
    ];


    private Bed? _bed;
    private NetworkNamespace? _pod;
    private RtnlSocket? _host;
    private RtnlSocket? _inside;
    private NodePrograms? _programs;
    private int _bridge;
    private int _veth;

    public void Setup()
    {
        _bed = new Bed(Side.Floor);
        _pod = NetworkNamespace.Open(_bed.Add("pod"));
        using NetworkNamespace host = NetworkNamespace.Open(_bed.Host);
        _host = RtnlSocket.Open(host);
        _inside = RtnlSocket.Open(_pod);
        _programs = NodePrograms.Ensure(host.Cookie, new NodeOptions());
        RtnlBatch batch = _host.Batch();
        batch.CreateBridge("cni0", mtu: 1500, vlanFiltering: false);
        _host.Send(batch);
        _bridge = _host.FindLink("cni0")!.Index;
        batch = _host.Batch();
        foreach ((_, IPAddress gateway, int prefix) in _addresses)
        {
            batch.AddAddress(_bridge, gateway, prefix, noDad: true);
        }

        batch.SetLinkUp(_bridge);
        _host.Send(batch);
    }

    public void Attach()
    {
        RtnlBatch batch = _host!.Batch();
        batch.CreateVeth(new VethSpec { HostName = Veth, HostMtu = 1500, MasterIndex = _bridge, PeerName = "eth0", PeerNamespace = _pod!.Handle, PeerMtu = 1500, HostUp = true });
        _host.Send(batch);
        _veth = _host.FindLink(Veth)!.Index;
        batch = _host.Batch();
        batch.AddClsact(_veth);
        batch.ReplaceBpfFilter(_veth, ingress: true, 1, 1, _programs!.FromPod.Fd, "dp_from_pod");
        batch.ReplaceBpfFilter(_veth, ingress: false, 1, 1, _programs.ToPod.Fd, "dp_to_pod");
        _host.Send(batch);

        int peer = _inside!.FindLink("eth0")!.Index;
        batch = _inside.Batch();
        batch.SetLinkUp(peer);
        foreach ((IPAddress address, IPAddress gateway, int prefix) in _addresses)
        {
            batch.AddAddress(peer, address, prefix, noDad: true);
            IPAddress any = address.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any;
            batch.AddRoute(new RouteSpec { Destination = any, PrefixLength = 0, Gateway = gateway, OutIfIndex = peer });
        }

        _inside.Send(batch);

        uint generation = _programs.NextGeneration();
        _programs.Endpoints.Update((uint)_veth, new Endpoint { Flags = EndpointFlags.L2, Generation = generation, Domain = (uint)_bridge, Mtu = 1500 });
        foreach ((IPAddress address, _, _) in _addresses)
        {
            _programs.Addresses.Update(Key(address), new AddressRow { Ifindex = (uint)_veth, Generation = generation });
        }
    }

    public void Detach()
    {
        foreach ((IPAddress address, _, _) in _addresses)
        {
            _programs!.Addresses.Delete(Key(address));
        }

        _programs!.Endpoints.Delete((uint)_veth);
        RtnlBatch batch = _host!.Batch();
        batch.DeleteLink(_veth);
        _host.Send(batch);
    }

    public void Dispose()
    {
        _programs?.Dispose();
        _inside?.Dispose();
        _host?.Dispose();
        _pod?.Dispose();
        _bed?.Dispose();
    }

    private AddressKey Key(IPAddress address)
    {
        var key = new AddressKey { Domain = (uint)_bridge };
        _ = address.MapToIPv6().TryWriteBytes(key.Address, out _);
        return key;
    }
}
