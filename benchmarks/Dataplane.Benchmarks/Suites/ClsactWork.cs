using System.Diagnostics;
using Dataplane.Benchmarks.Beds;
using Dataplane.Benchmarks.Reporting;
using Dataplane.Netlink;

namespace Dataplane.Benchmarks.Suites;

/// <summary>
/// One request: a clsact, which every pod's programs hang on, for a veth that has none. The kernel puts its two filter blocks into a list that all namespaces share, for drivers
/// that could offload them and come later (flow_indr_dev_setup_offload in net/core/flow_offload.c), and walks the whole list for each: has it this block already?
/// </summary>
internal sealed class ClsactWork : IDisposable
{
    private readonly Bed _bed = new(Side.Floor);
    private RtnlSocket? _host;
    private int _veth;

    public void Setup()
    {
        using NetworkNamespace pod = NetworkNamespace.Open(_bed.Add("pod"));
        using NetworkNamespace host = NetworkNamespace.Open(_bed.Host);
        _host = RtnlSocket.Open(host);
        RtnlBatch batch = _host.Batch();
        batch.CreateVeth(new VethSpec { HostName = "vethfloor", HostMtu = 1500, PeerName = "eth0", PeerNamespace = pod.Handle, PeerMtu = 1500 });
        _host.Send(batch);
        _veth = _host.FindLink("vethfloor")!.Index;
    }

    /// <summary>Makes the clsact, and takes it away again.</summary>
    /// <returns>Nanoseconds of the making.</returns>
    public double Add()
    {
        RtnlBatch batch = _host!.Batch();
        batch.AddClsact(_veth);
        long start = Stopwatch.GetTimestamp();
        _host.Send(batch);
        double nanoseconds = Stopwatch.GetElapsedTime(start).TotalNanoseconds;
        batch = _host.Batch();
        batch.DeleteIngressQdisc(_veth);
        _host.Send(batch);
        return nanoseconds;
    }

    public void Dispose()
    {
        _host?.Dispose();
        _bed.Dispose();
    }
}
