using Dataplane.Abi;
using Dataplane.Interop;

namespace Dataplane.Bpf;

/// <summary>
/// What is pinned for a node: one set of programs and maps, loaded by whoever comes first. Opening it is a
/// few BPF_OBJ_GET; nothing is loaded per pod.
/// </summary>
public sealed class NodePrograms : IDisposable
{
    private readonly string _directory;
    private readonly ulong _cookie;
    private BpfProgram? _fromPod, _toPod;
    private BpfMap<uint, Endpoint>? _endpoints;
    private BpfMap<AddressKey, AddressRow>? _addresses;
    private BpfMap<Flow4Key, Flow>? _flows4;
    private BpfMap<Flow6Key, Flow>? _flows6;
    private BpfMap<ExclusionKey, ExclusionRow>? _exclusions;
    private BpfMap<uint, DeviceRow>? _devices;
    private BpfMap<LocalAddress, uint>? _localAddresses;
    private BpfProgram? _toUplink, _fromUplink;
    private uint _examined;
    private BpfMap<HostPortKey, HostPortRow>? _hostPorts;
    private PerCpuCounters? _counters;

    private NodePrograms(ulong cookie, BpfMap<uint, NodeRow> node)
    {
        _directory = Directory(cookie);
        _cookie = cookie;
        Node = node;
    }

    /// <summary>The build of the programs inside this executable: 32 bytes, half a SHA-256 of each object.</summary>
    public static ReadOnlySpan<byte> ThisBuild => BuildId.Current.Hash;

    /// <summary>/run/dataplane, or what DATAPLANE_RUN names (tests keep their records apart): below it, by cookie, the nodes' locks.</summary>
    public static string RunRoot => NodePaths.RunRoot;

    /// <summary>Whether the pinned programs are those inside this executable.</summary>
    public bool IsThisBuild => BuildId.Current.IsOf(Row);

    /// <summary>The build of the pinned programs: comparable with <see cref="ThisBuild"/>.</summary>
    public byte[] PinnedBuild => BuildId.HashOf(Row);

    /// <summary>The node's row: what the pins belong to.</summary>
    public BpfMap<uint, NodeRow> Node { get; }

    /// <summary>Ingress of a pod's host veth.</summary>
    public BpfProgram FromPod => _fromPod ??= Program("from_pod");

    /// <summary>Egress of a pod's host veth.</summary>
    public BpfProgram ToPod => _toPod ??= Program("to_pod");

    /// <summary>Egress of an uplink.</summary>
    public BpfProgram ToUplink => _toUplink ??= Program("to_uplink");

    /// <summary>Ingress of an uplink.</summary>
    public BpfProgram FromUplink => _fromUplink ??= Program("from_uplink");

    /// <summary>Endpoints, by the ifindex of their host veth.</summary>
    public BpfMap<uint, Endpoint> Endpoints => _endpoints ??= Map<uint, Endpoint>("endpoints");

    /// <summary>Owners of addresses.</summary>
    public BpfMap<AddressKey, AddressRow> Addresses => _addresses ??= Map<AddressKey, AddressRow>("addresses");

    /// <summary>IPv4 flows.</summary>
    public BpfMap<Flow4Key, Flow> Flows4 => _flows4 ??= Map<Flow4Key, Flow>("flows4");

    /// <summary>IPv6 flows.</summary>
    public BpfMap<Flow6Key, Flow> Flows6 => _flows6 ??= Map<Flow6Key, Flow>("flows6");

    /// <summary>Destinations that endpoints are not masqueraded to.</summary>
    public BpfMap<ExclusionKey, ExclusionRow> Exclusions => _exclusions ??= Map<ExclusionKey, ExclusionRow>("exclusions");

    /// <summary>The node's devices, by ifindex: uplinks, and what is known not to be one.</summary>
    public BpfMap<uint, DeviceRow> Devices => _devices ??= Map<uint, DeviceRow>("devices");

    /// <summary>The node's own addresses; the value is the ifindex of the device.</summary>
    public BpfMap<LocalAddress, uint> LocalAddresses => _localAddresses ??= Map<LocalAddress, uint>("local_addresses");

    /// <summary>Ports of the node that lead to pods.</summary>
    public BpfMap<HostPortKey, HostPortRow> HostPorts => _hostPorts ??= Map<HostPortKey, HostPortRow>("host_ports");

    /// <summary>Where packets went.</summary>
    public PerCpuCounters Counters => _counters ??= PerCpuCounters.TryOpenPinned(NodePaths.Map(_directory, "counters"))
        ?? throw Missing("counters");

    /// <summary>Where a node's pins are.</summary>
    /// <param name="cookie">Cookie of its network namespace.</param>
    /// <returns>/sys/fs/bpf/dataplane/COOKIE/vABI.</returns>
    public static string Directory(ulong cookie) => NodePaths.Pins(cookie);

    /// <summary>
    /// Opens the node's pins when they are complete and of this executable's build: with them the programs and the two
    /// maps that every ADD uses; the others are opened when they are asked for.
    /// </summary>
    /// <param name="cookie">Cookie of its network namespace.</param>
    /// <returns>The pins; null: <see cref="Ensure"/> has work to do.</returns>
    public static NodePrograms? TryOpen(ulong cookie) => TryOpenBuild(cookie, BuildId.Current);

    /// <summary>As <see cref="TryOpen"/>, whoever loaded the programs: for looking, not for attaching.</summary>
    /// <param name="cookie">Cookie of the node's network namespace.</param>
    /// <returns>The pins, or null: there are none, or they are not complete.</returns>
    public static NodePrograms? TryOpenAnyBuild(ulong cookie)
    {
        if (BpfMap<uint, NodeRow>.TryOpenPinned(NodePaths.Map(Directory(cookie), "node")) is not { } node)
        {
            return null;
        }

        var programs = new NodePrograms(cookie, node);
        if (programs.Row.Abi == AbiVersion.Current)
        {
            return programs;
        }

        programs.Dispose();
        return null;
    }

    /// <summary>
    /// Opens the node's pins, after loading what is missing: bpffs, maps, programs. Programs of another build are
    /// replaced on the same maps, so flows survive.
    /// </summary>
    /// <param name="cookie">Cookie of the node's network namespace.</param>
    /// <param name="options">Sizes.</param>
    /// <param name="replace">
    /// Gives the attached devices the new programs; called only when older ones were replaced, under the node's lock (so
    /// it must not ask for a generation) and before the new ones count as complete: if it does not come to its end,
    /// the next call does everything again.
    /// </param>
    /// <returns>The pins.</returns>
    /// <exception cref="BpfLoadException">The kernel refuses the programs.</exception>
    /// <exception cref="LinuxException">bpffs cannot be mounted, or pins not be made.</exception>
    public static NodePrograms Ensure(ulong cookie, NodeOptions options, Action<NodePrograms>? replace = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        return TryOpen(cookie) ?? NodeLoader.Load(cookie, options, replace, BuildId.Current);
    }

    /// <summary>Removes everything that is pinned for a node, and its lock. What is attached stays until its device goes.</summary>
    /// <param name="cookie">Cookie of its network namespace.</param>
    public static void Remove(ulong cookie) => NodeLoader.Remove(cookie);

    /// <summary>The row of <see cref="Node"/>.</summary>
    public NodeRow Row => Node.TryLookup(0, out NodeRow row) ? row : default;

    /// <summary>A number for a new endpoint, never given before on this node; never 0.</summary>
    /// <returns>The generation.</returns>
    public uint NextGeneration() => Change(
        static (ref NodeRow row) => row.Generation = row.Generation == uint.MaxValue ? 1 : row.Generation + 1).Generation;

    /// <summary>Remembers how far the devices were looked at; it is written with the next change of the node's row.</summary>
    /// <param name="ifIndex">The highest ifindex: what <see cref="NodeRow.Examined"/> becomes unless it is higher.</param>
    public void NoteExamined(uint ifIndex) => _examined = Math.Max(_examined, ifIndex);

    /// <summary>
    /// Says that <see cref="HostPorts"/> has changed, which is to be done already: connections look their row up again. (A program reads
    /// <see cref="NodeRow.Mappings"/> before it looks a row up, so that it notices a change in between.)
    /// </summary>
    public void CountMappings() => Change(static (ref NodeRow row) => row.Mappings++);

    /// <inheritdoc/>
    public void Dispose()
    {
        Node.Dispose();
        _fromPod?.Dispose();
        _toPod?.Dispose();
        _endpoints?.Dispose();
        _addresses?.Dispose();
        _flows4?.Dispose();
        _flows6?.Dispose();
        _exclusions?.Dispose();
        _devices?.Dispose();
        _localAddresses?.Dispose();
        _toUplink?.Dispose();
        _fromUplink?.Dispose();
        _hostPorts?.Dispose();
        _counters?.Dispose();
    }

    /// <summary>As <see cref="TryOpen"/>, for any build.</summary>
    internal static NodePrograms? TryOpenBuild(ulong cookie, BuildId build)
    {
        if (TryOpenAnyBuild(cookie) is not { } programs)
        {
            return null;
        }

        if (build.IsUpToDate(programs.Row) && programs.OpenAll())
        {
            return programs;
        }

        programs.Dispose();
        return null;
    }

    /// <summary>Opens pins that are not complete yet.</summary>
    internal static NodePrograms? TryOpenPins(ulong cookie)
    {
        if (BpfMap<uint, NodeRow>.TryOpenPinned(NodePaths.Map(Directory(cookie), "node")) is not { } node)
        {
            return null;
        }

        var programs = new NodePrograms(cookie, node);
        if (programs.OpenAll())
        {
            return programs;
        }

        programs.Dispose();
        return null;
    }

    private NodeRow Change(RowChange change)
    {
        using LockedFile locked = NodePaths.Lock(_cookie);
        NodeRow row = Row;
        change(ref row);
        row.Examined = Math.Max(row.Examined, _examined);
        Node.Update(0, row);
        return row;
    }

    // What ADD uses. Where one was removed by hand, loading makes all of them again.
    private bool OpenAll() =>
        (_fromPod ??= BpfProgram.TryOpenPinned(NodePaths.Program(_directory, "from_pod"))) is not null
        && (_toPod ??= BpfProgram.TryOpenPinned(NodePaths.Program(_directory, "to_pod"))) is not null
        && (_endpoints ??= BpfMap<uint, Endpoint>.TryOpenPinned(NodePaths.Map(_directory, "endpoints"))) is not null
        && (_addresses ??= BpfMap<AddressKey, AddressRow>.TryOpenPinned(NodePaths.Map(_directory, "addresses"))) is not null;

    private BpfProgram Program(string name) => BpfProgram.TryOpenPinned(NodePaths.Program(_directory, name)) ?? throw Missing(name);

    private BpfMap<TKey, TValue> Map<TKey, TValue>(string name)
        where TKey : unmanaged
        where TValue : unmanaged => BpfMap<TKey, TValue>.TryOpenPinned(NodePaths.Map(_directory, name)) ?? throw Missing(name);

    private LinuxException Missing(string name) => new("open pin", $"{_directory}/…/{name} (removed by hand? the next ADD makes it again)", Errno.ENOENT);

    private delegate void RowChange(ref NodeRow row);
}
