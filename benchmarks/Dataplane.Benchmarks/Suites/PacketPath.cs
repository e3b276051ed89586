using BenchmarkDotNet.Attributes;
using Dataplane.Abi;
using Dataplane.Benchmarks.Beds;
using Dataplane.Benchmarks.Interleaved;
using Dataplane.Benchmarks.Reporting;
using Dataplane.Bpf;

namespace Dataplane.Benchmarks.Suites;

/// <summary>
/// Nanoseconds a packet costs in a program, by BPF_PROG_TEST_RUN: the JIT's code on a warm cache, and some 20 ns of the
/// kernel's harness. Delivery itself is not in it. Besides, the instructions, where the machine counts them.
/// </summary>
public partial class PacketPath
{
    private const int Unspec = -1; // TC_ACT_UNSPEC
    private const int Redirect = 7; // TC_ACT_REDIRECT
    private const uint Many = 100_000;
    private const int Few = 5000;
    private const string Outside = "203.0.113.9";

    // Each run routes the same packet again, one hop less to live.
    private const uint UntilTtlEnds = 200;

    private PacketBed? _bed;

    [GlobalSetup]
    public void Setup() => _bed = new PacketBed();

    [GlobalCleanup]
    public void Cleanup() => _bed?.Dispose();

    [Benchmark, BenchmarkCategory("from_pod, nobody's device"), Row(Side.Ours)]
    public Measured NoEndpoint() => FromPod(_bed!.Stranger, Packet.Arp(PacketBed.MacA), Unspec, Many);

    [Benchmark, BenchmarkCategory("from_pod, ARP"), Row(Side.Ours)]
    public Measured Arp()
    {
        _bed!.Reset(bridged: true);
        return FromPod(_bed.A, Packet.Arp(PacketBed.MacA), Unspec, Many);
    }

    [Benchmark, BenchmarkCategory("from_pod, not proven: the stack"), Row(Side.Ours)]
    public Measured Candidate()
    {
        _bed!.Reset(bridged: true);
        return FromPod(_bed.A, Packet.Datagram(PacketBed.MacA, PacketBed.MacB, "10.1.0.1", "192.0.2.1"), Unspec, Many);
    }

    [Benchmark, BenchmarkCategory("from_pod, translated: the stack"), Row(Side.Ours)]
    public Measured Slow()
    {
        _bed!.Reset(bridged: true);
        // to_pod sees a tuple that no pod sent; the answer is what is measured.
        Expect(_bed.ToPod(_bed.A, _bed.Stranger, Packet.Datagram(PacketBed.MacB, PacketBed.MacA, "192.0.2.1", "10.1.0.1"), 1), Unspec);
        byte[] answer = Packet.Datagram(PacketBed.MacA, PacketBed.MacB, "10.1.0.1", "192.0.2.1");
        (answer[34], answer[35], answer[36], answer[37]) = (answer[36], answer[37], answer[34], answer[35]);
        return FromPod(_bed.A, answer, Unspec, Many);
    }

    [Benchmark, BenchmarkCategory("from_pod, fast, bridged IPv4"), Row(Side.Ours, AimNanoseconds = 330)]
    public Measured FastL2() => Fast(Packet.Ack(PacketBed.MacA, PacketBed.MacB, "10.1.0.1", "10.1.0.2"), bridged: true);

    [Benchmark, BenchmarkCategory("from_pod, fast, bridged IPv6"), Row(Side.Ours, AimNanoseconds = 330)]
    public Measured FastL2V6() => Fast(Packet.Ack(PacketBed.MacA, PacketBed.MacB, "fd01::1", "fd01::2"), bridged: true);

    [Benchmark, BenchmarkCategory("from_pod, fast, routed IPv4"), Row(Side.Ours, AimNanoseconds = 330)]
    public Measured FastL3() => Fast(Packet.Ack(PacketBed.MacA, PacketBed.MacB, "10.1.0.1", "10.1.0.2", ttl: 255), bridged: false);

    [Benchmark, BenchmarkCategory("from_pod, fast, routed IPv6"), Row(Side.Ours, AimNanoseconds = 330)]
    public Measured FastL3V6() => Fast(Packet.Ack(PacketBed.MacA, PacketBed.MacB, "fd01::1", "fd01::2", ttl: 255), bridged: false);

    [Benchmark, BenchmarkCategory("to_pod, sent by the host"), Row(Side.Ours)]
    public Measured ToPodLocal()
    {
        _bed!.Reset(bridged: true);
        return Of(_bed.ToPod(_bed.B, 0, Packet.Ack(PacketBed.MacA, PacketBed.MacB, "10.1.0.1", "10.1.0.2"), Many), Unspec, Many);
    }

    [Benchmark, BenchmarkCategory("to_pod, known flow"), Row(Side.Ours)]
    public Measured ToPodForwarded()
    {
        byte[] packet = Packet.Ack(PacketBed.MacA, PacketBed.MacB, "10.1.0.1", "10.1.0.2");
        Prove(packet, bridged: true);
        return Of(_bed!.ToPod(_bed.B, _bed.A, packet, Many), Unspec, Many);
    }

    [Benchmark, BenchmarkCategory("from_pod, fast, out by an uplink"), Row(Side.Ours)]
    public Measured FastOut()
    {
        byte[] packet = Packet.Ack(PacketBed.MacA, PacketBed.MacB, "10.1.0.1", Outside, ttl: 255);
        Leave(packet);
        return UntilTtl(packet);
    }

    [Benchmark, BenchmarkCategory("to_uplink, sent by the host"), Row(Side.Ours)]
    public Measured ToUplinkHost()
    {
        _bed!.Reset(bridged: false);
        return Of(_bed.ToUplink(0, Packet.Ack(PacketBed.MacB, PacketBed.MacA, Bed.HostAddress, Outside), Many), Unspec, Many);
    }

    [Benchmark, BenchmarkCategory("to_uplink, masqueraded"), Row(Side.Ours)]
    public Measured Masqueraded()
    {
        byte[] packet = Packet.Ack(PacketBed.MacA, PacketBed.MacB, "10.1.0.1", Outside);
        Leave(packet);
        return OneByOne(() => _bed!.ToUplink(_bed.A, packet, 1), Unspec);
    }

    [Benchmark, BenchmarkCategory("to_uplink, new masqueraded connection"), Row(Side.Ours)]
    public Measured NewMasqueraded()
    {
        byte[] packet = Packet.Ack(PacketBed.MacA, PacketBed.MacB, "10.1.0.1", Outside);
        _bed!.Reset(bridged: false);
        ushort port = 1024;
        return OneByOne(() =>
        {
            (packet[34], packet[35]) = ((byte)(++port >> 8), (byte)port);
            return _bed.ToUplink(_bed.A, packet, 1);
        }, Unspec);
    }

    [Benchmark, BenchmarkCategory("from_uplink, nobody's: the stack"), Row(Side.Ours)]
    public Measured FromUplinkHost()
    {
        _bed!.Reset(bridged: false);
        return Of(_bed.FromUplink(Packet.Answer(PacketBed.MacB, PacketBed.MacA, Outside, Bed.HostAddress), Many), Unspec, Many);
    }

    [Benchmark, BenchmarkCategory("from_uplink, fast, answer to a masqueraded pod"), Row(Side.Ours)]
    public Measured Answered()
    {
        Leave(Packet.Ack(PacketBed.MacA, PacketBed.MacB, "10.1.0.1", Outside));
        byte[] answer = Packet.Answer(PacketBed.MacB, PacketBed.MacA, Outside, Bed.HostAddress);
        return OneByOne(() => _bed!.FromUplink(answer, 1), Redirect);
    }

    [Benchmark, BenchmarkCategory("from_uplink, fast, host port"), Row(Side.Ours)]
    public Measured HostPort()
    {
        byte[] packet = Packet.Ack(PacketBed.MacB, PacketBed.MacA, Outside, Bed.HostAddress);
        _bed!.Reset(bridged: false);
        return OneByOne(() => _bed.FromUplink(packet, 1), Redirect);
    }

    [Benchmark, BenchmarkCategory("from_pod, fast, host port of its own node"), Row(Side.Ours)]
    public Measured OwnHostPort()
    {
        byte[] packet = Packet.Ack(PacketBed.MacA, PacketBed.MacB, "10.1.0.1", Bed.HostAddress);
        _bed!.Reset(bridged: false);
        return OneByOne(() => _bed.FromPod(_bed.A, packet, 1), Redirect);
    }

    [Benchmark, BenchmarkCategory("from_pod, fast path off: the stack"), Row(Side.Ours)]
    public Measured FastPathOff()
    {
        _bed!.Reset(bridged: true, EndpointFlags.FastPathOff);
        return FromPod(_bed.A, Packet.Ack(PacketBed.MacA, PacketBed.MacB, "10.1.0.1", "10.1.0.2"), Unspec, Many);
    }

    [Benchmark, BenchmarkCategory("from_pod, fast, between limited pods"), Row(Side.Ours)]
    public Measured FastLimited()
    {
        byte[] packet = Packet.Ack(PacketBed.MacA, PacketBed.MacB, "10.1.0.1", "10.1.0.2");
        Limited();
        Prove(packet);
        return FromPod(_bed!.A, packet, Redirect, Many);
    }

    [Benchmark, BenchmarkCategory("to_pod, limited: departure time"), Row(Side.Ours)]
    public Measured ToPodLimited()
    {
        Limited();
        return Of(_bed!.ToPod(_bed.B, 0, Packet.Ack(PacketBed.MacA, PacketBed.MacB, "10.1.0.1", "10.1.0.2"), Many), Unspec, Many);
    }

    [Benchmark, BenchmarkCategory("pod_limit, limited: departure time"), Row(Side.Ours)]
    public Measured PodLimited()
    {
        Limited();
        return Of(_bed!.PodLimit(_bed.A, Packet.Ack(PacketBed.MacA, PacketBed.MacB, "10.1.0.1", "10.1.0.2"), Many), Unspec, Many);
    }
}
