using Dataplane.Abi;
using Dataplane.Interop;

namespace Dataplane.Bpf;

/// <content>The pins by their names, each opened when it is first asked for.</content>
public sealed partial class NodePrograms
{
    private BpfProgram? _fromPod, _toPod, _toUplink, _fromUplink, _sweepStart, _podLimit;
    private BpfMap<uint, Endpoint>? _endpoints;
    private BpfMap<AddressKey, AddressRow>? _addresses;
    private BpfMap<Flow4Key, Flow>? _flows4;
    private BpfMap<Flow6Key, Flow>? _flows6;
    private BpfMap<ExclusionKey, ExclusionRow>? _exclusions;
    private BpfMap<uint, DeviceRow>? _devices;
    private BpfMap<NatKey, NatRow>? _nat;
    private BpfMap<uint, SweepRow>? _sweep;
    private BpfMap<LimitKey, LimitRow>? _limits;
    private BpfMap<LimitKey, LimitState>? _limitStates;
    private BpfMap<LimitPodKey, LimitPod>? _limitPods;
    private BpfMap<ExclusionKey, uint>? _limitSubnets;
    private BpfMap<FragmentKey, FragmentRow>? _fragments;
    private BpfMap<HostPortKey, HostPortRow>? _hostPorts;
    private BpfMap<LocalAddress, uint>? _localAddresses;
    private BpfMap<SocketPeerKey, SocketPeerRow>? _socketPeers;
    private BpfMap<uint, DropRow>? _lastDrops;
    private BpfQueue<SweepItem>? _sweepQueue;
    private PerCpuCounters? _counters;

    /// <summary>Ingress of a pod's host veth.</summary>
    public BpfProgram FromPod => _fromPod ??= Opened(TryProgram("from_pod"), "from_pod");

    /// <summary>Egress of a pod's host veth.</summary>
    public BpfProgram ToPod => _toPod ??= Opened(TryProgram("to_pod"), "to_pod");

    /// <summary>Egress of an uplink.</summary>
    public BpfProgram ToUplink => _toUplink ??= Opened(TryProgram("to_uplink"), "to_uplink");

    /// <summary>Ingress of an uplink.</summary>
    public BpfProgram FromUplink => _fromUplink ??= Opened(TryProgram("from_uplink"), "from_uplink");

    /// <summary>Egress of a limited pod's own device, in the pod's namespace.</summary>
    public BpfProgram PodLimit => _podLimit ??= Opened(TryProgram("pod_limit"), "pod_limit");

    /// <summary>Starts the timer that clears what has expired, or does one step itself; for BPF_PROG_TEST_RUN.</summary>
    public BpfProgram SweepStart => _sweepStart ??= Opened(TryProgram("sweep_start"), "sweep_start");

    /// <summary>Endpoints, by the interface index of their host veth.</summary>
    public BpfMap<uint, Endpoint> Endpoints => _endpoints ??= Opened(TryMap<uint, Endpoint>("endpoints"), "endpoints");

    /// <summary>Owners of addresses.</summary>
    public BpfMap<AddressKey, AddressRow> Addresses => _addresses ??= Opened(TryMap<AddressKey, AddressRow>("addresses"), "addresses");

    /// <summary>IPv4 flows.</summary>
    public BpfMap<Flow4Key, Flow> Flows4 => _flows4 ??= Opened(TryMap<Flow4Key, Flow>("flows4"), "flows4");

    /// <summary>IPv6 flows.</summary>
    public BpfMap<Flow6Key, Flow> Flows6 => _flows6 ??= Opened(TryMap<Flow6Key, Flow>("flows6"), "flows6");

    /// <summary>Prefixes that endpoints are not masqueraded to.</summary>
    public BpfMap<ExclusionKey, ExclusionRow> Exclusions => _exclusions ??= Opened(TryMap<ExclusionKey, ExclusionRow>("exclusions"), "exclusions");

    /// <summary>Devices of the node that are no pod's, by interface index.</summary>
    public BpfMap<uint, DeviceRow> Devices => _devices ??= Opened(TryMap<uint, DeviceRow>("devices"), "devices");

    /// <summary>Translations: two rows a connection.</summary>
    public BpfMap<NatKey, NatRow> Nat => _nat ??= Opened(TryMap<NatKey, NatRow>("nat"), "nat");

    /// <summary>What the sweep did, at index 0.</summary>
    public BpfMap<uint, SweepRow> Sweep => _sweep ??= Opened(TryMap<uint, SweepRow>("sweep"), "sweep");

    /// <summary>Fragmented packets on their way.</summary>
    public BpfMap<FragmentKey, FragmentRow> Fragments => _fragments ??= Opened(TryMap<FragmentKey, FragmentRow>("fragments"), "fragments");

    /// <summary>Ports of the node that lead to pods.</summary>
    public BpfMap<HostPortKey, HostPortRow> HostPorts => _hostPorts ??= Opened(TryMap<HostPortKey, HostPortRow>("host_ports"), "host_ports");

    /// <summary>The node's own addresses, and the interface index of the device that has each.</summary>
    public BpfMap<LocalAddress, uint> LocalAddresses => _localAddresses ??= Opened(TryMap<LocalAddress, uint>("local_addresses"), "local_addresses");

    /// <summary>Whom sockets of the host believe to talk to.</summary>
    public BpfMap<SocketPeerKey, SocketPeerRow> SocketPeers => _socketPeers ??= Opened(TryMap<SocketPeerKey, SocketPeerRow>("socket_peers"), "socket_peers");

    /// <summary>Bandwidth: what pods may get and send.</summary>
    public BpfMap<LimitKey, LimitRow> Limits => _limits ??= Opened(TryMap<LimitKey, LimitRow>("limits"), "limits");

    /// <summary>What the programs know of <see cref="Limits"/>.</summary>
    public BpfMap<LimitKey, LimitState> LimitStates => _limitStates ??= Opened(TryMap<LimitKey, LimitState>("limit_states"), "limit_states");

    /// <summary>Whose a limited pod's own device is.</summary>
    public BpfMap<LimitPodKey, LimitPod> LimitPods => _limitPods ??= Opened(TryMap<LimitPodKey, LimitPod>("limit_pods"), "limit_pods");

    /// <summary>Peers that a limit is not for, or is only for; the value is the endpoint's generation.</summary>
    public BpfMap<ExclusionKey, uint> LimitSubnets => _limitSubnets ??= Opened(TryMap<ExclusionKey, uint>("limit_subnets"), "limit_subnets");

    /// <summary>The last packet that was dropped, by <see cref="CounterIndex"/>.</summary>
    public BpfMap<uint, DropRow> LastDrops => _lastDrops ??= Opened(TryMap<uint, DropRow>("last_drops"), "last_drops");

    /// <summary>The halves of <see cref="Nat"/> that the sweep has to look at.</summary>
    public BpfQueue<SweepItem> SweepQueue => _sweepQueue ??= Opened(
        Kept(BpfQueue<SweepItem>.TryOpenPinned(NodePaths.Map(_directory, "sweep_queue"))), "sweep_queue");

    /// <summary>Where packets went.</summary>
    public PerCpuCounters Counters => _counters ??= Opened(
        Kept(PerCpuCounters.TryOpenPinned(NodePaths.Map(_directory, "counters"))), "counters");

    // What every ADD uses. Where one was removed by hand, loading makes all of them again.
    private bool OpenAll() =>
        (_fromPod ??= TryProgram("from_pod")) is not null
        && (_toPod ??= TryProgram("to_pod")) is not null
        && (_endpoints ??= TryMap<uint, Endpoint>("endpoints")) is not null
        && (_addresses ??= TryMap<AddressKey, AddressRow>("addresses")) is not null;

    private BpfProgram? TryProgram(string name) => Kept(BpfProgram.TryOpenPinned(NodePaths.Program(_directory, name)));

    private BpfMap<TKey, TValue>? TryMap<TKey, TValue>(string name)
        where TKey : unmanaged
        where TValue : unmanaged => Kept(BpfMap<TKey, TValue>.TryOpenPinned(NodePaths.Map(_directory, name)));

    private T? Kept<T>(T? opened)
        where T : class, IDisposable
    {
        if (opened is not null)
        {
            _opened.Add(opened);
        }

        return opened;
    }

    private T Opened<T>(T? pin, string name)
        where T : class, IDisposable
    {
        if (pin is not null)
        {
            return pin;
        }

        if (IsThisBuild)
        {
            Incomplete();
        }

        throw new LinuxException("open pin", $"{_directory}/…/{name} (removed by hand, or unloaded at this moment? the next ADD makes it again)", Errno.ENOENT);
    }

    // Removed by hand: from here on the pins do not count as complete, so that the next ADD makes it again.
    private void Incomplete() => Change(static (ref NodeRow row) => row.Build = default);
}
