using System.Buffers;
using System.Net;
using System.Text;
using BenchmarkDotNet.Attributes;
using Dataplane.Abi;
using Dataplane.Benchmarks.Beds;
using Dataplane.Benchmarks.Reporting;
using Dataplane.Bpf;
using Dataplane.Cni;
using Dataplane.Ipam;
using Dataplane.Netlink;

namespace Dataplane.Benchmarks.Suites;

/// <summary>
/// The pieces of an ADD, each alone and warm: JSON, the encoding of the kernel's requests, an address out of ten thousand leases, rows of maps. A plugin
/// runs each once and cold, so the times are what cannot be gone below; the bytes are exact.
/// </summary>
public class Micro
{
    private const int Leases = 10_000;
    private const string Network = "micro";
    private static readonly IPAddress s_address = IPAddress.Parse("10.88.0.2");
    private static readonly IPAddress s_gateway = IPAddress.Parse("10.88.0.1");
    private static readonly LeaseOwner s_owner = new("comes-and-goes", "eth0");

    private static readonly byte[] s_configuration = Encoding.UTF8.GetBytes("""
        {"cniVersion": "1.0.0", "name": "bench", "type": "bridge", "bridge": "cni0", "isGateway": true, "ipMasq": true,
         "ipam": {"type": "host-local", "ranges": [[{"subnet": "10.88.0.0/16"}], [{"subnet": "fd00:88::/64"}]], "routes": [{"dst": "0.0.0.0/0"}, {"dst": "::/0"}]},
         "dns": {"nameservers": ["10.88.0.1"], "search": ["example.org"]}}
        """);

    private static readonly byte[] s_result = Encoding.UTF8.GetBytes("""
        {"cniVersion": "1.0.0",
         "interfaces": [{"name": "cni0", "mac": "02:00:00:00:00:01"}, {"name": "veth0", "mac": "02:00:00:00:00:02"}, {"name": "eth0", "mac": "02:00:00:00:00:03", "sandbox": "/run/netns/pod"}],
         "ips": [{"interface": 2, "address": "10.88.0.2/16", "gateway": "10.88.0.1"}, {"interface": 2, "address": "fd00:88::2/64", "gateway": "fd00:88::1"}],
         "routes": [{"dst": "0.0.0.0/0"}, {"dst": "::/0"}], "dns": {"nameservers": ["10.88.0.1"]}}
        """);

    private readonly ArrayBufferWriter<byte> _output = new(4096);
    private readonly RangeSet _set = RangeSet.FromSpecs([new IpRangeSpec(IpSubnet.Parse("10.88.0.0/16"))]);
    private CniResult? _written;
    private Bed? _bed;
    private NetworkNamespace? _host;
    private RtnlSocket? _socket;
    private NodePrograms? _programs;
    private string _leases = string.Empty;

    [GlobalSetup]
    public void Setup()
    {
        _written = ResultJson.Parse(s_result, "1.0.0");
        _bed = new Bed(Side.Ours);
        _host = NetworkNamespace.Open(_bed.Host);
        _socket = RtnlSocket.Open(_host);
        _programs = NodePrograms.Ensure(_host.Cookie, new NodeOptions());

        // In memory: the disk is AddLatency's matter. Not named after the bed: its number grows with what ran before, and a longer path is more bytes.
        _leases = "/run/micro-many-leases";
        using LeaseDirectory directory = LeaseDirectory.Open(_leases, Network);
        var allocator = new RangeAllocator(_set, directory, 0);
        for (int i = 0; i < Leases; i++)
        {
            allocator.Allocate(new LeaseOwner($"container{i}", "eth0"));
        }
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _programs?.Dispose();
        _socket?.Dispose();
        _host?.Dispose();
        _bed?.Dispose();
        if (Directory.Exists(_leases))
        {
            Directory.Delete(_leases, recursive: true);
        }
    }

    [Benchmark, BenchmarkCategory("JSON, configuration read"), Row(Side.Ours)]
    public object? ReadConfiguration() => NetworkConfig.Parse(s_configuration);

    [Benchmark, BenchmarkCategory("JSON, result read"), Row(Side.Ours)]
    public object? ReadResult() => ResultJson.Parse(s_result, "1.0.0");

    [Benchmark, BenchmarkCategory("JSON, result written"), Row(Side.Ours)]
    public object? WriteResult()
    {
        _output.ResetWrittenCount();
        ResultJson.Write(_output, _written!, "1.0.0");
        return _output;
    }

    [Benchmark, BenchmarkCategory("netlink, requests of an ADD encoded"), Row(Side.Ours)]
    public object? EncodeRequests()
    {
        RtnlBatch batch = _socket!.Batch();
        batch.CreateVeth(new VethSpec { HostName = "veth0", HostMtu = 1500, MasterIndex = 2, PeerName = "eth0", PeerNamespace = _host!.Handle, PeerMtu = 1500, HostUp = true });
        batch.AddClsact(3);
        batch.ReplaceBpfFilter(3, ingress: true, 1, 1, 4, "dp_from_pod");
        batch.ReplaceBpfFilter(3, ingress: false, 1, 1, 5, "dp_to_pod");
        batch.SetLinkUp(3);
        batch.AddAddress(3, s_address, 16);
        batch.AddRoute(new RouteSpec { Destination = IPAddress.Any, PrefixLength = 0, Gateway = s_gateway, OutIfIndex = 3 });
        return batch;
    }

    [Benchmark, BenchmarkCategory("IPAM, an address taken and given back beside 10 000 leases"), Row(Side.Ours)]
    public object? Allocate()
    {
        using LeaseDirectory directory = LeaseDirectory.Open(_leases, Network);
        new RangeAllocator(_set, directory, 0).Allocate(s_owner);
        directory.Release(s_owner);
        return null;
    }

    [Benchmark, BenchmarkCategory("map, a row written"), Row(Side.Ours)]
    public object? WriteRow()
    {
        _programs!.Endpoints.Update(1, new Endpoint { Generation = 1, Mtu = 1500 });
        return null;
    }

    [Benchmark, BenchmarkCategory("map, a row looked up"), Row(Side.Ours)]
    public object? LookRowUp()
    {
        _programs!.Endpoints.TryLookup(1, out _);
        return null;
    }

    [Benchmark, BenchmarkCategory("map, an address added and removed"), Row(Side.Ours)]
    public object? AddAndRemoveAddress()
    {
        var key = new AddressKey { Domain = 1 };
        _ = s_address.TryWriteBytes(key.Address, out _);
        _programs!.Addresses.Update(key, new AddressRow { Ifindex = 1, Generation = 1 });
        _programs.Addresses.Delete(key);
        return null;
    }
}
