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
    private readonly string _lock;
    private BpfProgram? _fromPod, _toPod;
    private BpfMap<uint, Endpoint>? _endpoints;
    private BpfMap<AddressKey, AddressRow>? _addresses;
    private BpfMap<Flow4Key, Flow>? _flows4;
    private BpfMap<Flow6Key, Flow>? _flows6;
    private PerCpuCounters? _counters;

    private NodePrograms(ulong cookie, BpfMap<uint, NodeRow> node)
    {
        _directory = Directory(cookie);
        _lock = NodeLoader.LockPath(cookie);
        Node = node;
    }

    /// <summary>The build of the programs inside this executable: 32 bytes, half a SHA-256 of each object.</summary>
    public static ReadOnlySpan<byte> ThisBuild => NodeLoader.Build;

    /// <summary>The node's row: what the pins belong to.</summary>
    public BpfMap<uint, NodeRow> Node { get; }

    /// <summary>Ingress of a pod's host veth.</summary>
    public BpfProgram FromPod => _fromPod ??= Program("from_pod");

    /// <summary>Egress of a pod's host veth.</summary>
    public BpfProgram ToPod => _toPod ??= Program("to_pod");

    /// <summary>Endpoints, by the ifindex of their host veth.</summary>
    public BpfMap<uint, Endpoint> Endpoints => _endpoints ??= Map<uint, Endpoint>("endpoints");

    /// <summary>Owners of addresses.</summary>
    public BpfMap<AddressKey, AddressRow> Addresses => _addresses ??= Map<AddressKey, AddressRow>("addresses");

    /// <summary>IPv4 flows.</summary>
    public BpfMap<Flow4Key, Flow> Flows4 => _flows4 ??= Map<Flow4Key, Flow>("flows4");

    /// <summary>IPv6 flows.</summary>
    public BpfMap<Flow6Key, Flow> Flows6 => _flows6 ??= Map<Flow6Key, Flow>("flows6");

    /// <summary>Where packets went.</summary>
    public PerCpuCounters Counters => _counters ??= PerCpuCounters.TryOpenPinned(NodeLoader.MapPath(_directory, "counters"))
        ?? throw Missing("counters");

    /// <summary>Where a node's pins are.</summary>
    /// <param name="cookie">Cookie of its network namespace.</param>
    /// <returns>/sys/fs/bpf/dataplane/COOKIE/vABI.</returns>
    public static string Directory(ulong cookie) => $"{NodeLoader.NodeDirectory(cookie)}/v{AbiVersion.Current}";

    /// <summary>Opens the node's pins when they are complete and of this executable's build.</summary>
    /// <param name="cookie">Cookie of its network namespace.</param>
    /// <returns>The pins; null: <see cref="Ensure"/> has work to do.</returns>
    public static NodePrograms? TryOpen(ulong cookie)
    {
        if (TryOpenAnyBuild(cookie) is not { } programs)
        {
            return null;
        }

        if (programs.Row.Build is var build && ThisBuild.SequenceEqual(build))
        {
            return programs;
        }

        programs.Dispose();
        return null;
    }

    /// <summary>As <see cref="TryOpen"/>, whoever loaded the programs: for looking, not for attaching.</summary>
    /// <param name="cookie">Cookie of the node's network namespace.</param>
    /// <returns>The pins, or null: there are none, or they are not complete.</returns>
    public static NodePrograms? TryOpenAnyBuild(ulong cookie)
    {
        if (BpfMap<uint, NodeRow>.TryOpenPinned(NodeLoader.MapPath(Directory(cookie), "node")) is not { } node)
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
    /// replaced on the same maps, so flows survive; the caller then replaces them on the devices.
    /// </summary>
    /// <param name="cookie">Cookie of the node's network namespace.</param>
    /// <param name="options">Sizes.</param>
    /// <returns>The pins.</returns>
    /// <exception cref="BpfLoadException">The kernel refuses the programs.</exception>
    /// <exception cref="LinuxException">bpffs cannot be mounted, or pins not be made.</exception>
    public static NodePrograms Ensure(ulong cookie, NodeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return TryOpen(cookie) ?? Load(cookie, options);
    }

    /// <summary>Removes everything that is pinned for a node. What is attached stays until its device goes.</summary>
    /// <param name="cookie">Cookie of its network namespace.</param>
    public static void Remove(ulong cookie)
    {
        string directory = NodeLoader.NodeDirectory(cookie);
        if (System.IO.Directory.Exists(directory))
        {
            System.IO.Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>The row of <see cref="Node"/>.</summary>
    public NodeRow Row => Node.TryLookup(0, out NodeRow row) ? row : default;

    /// <summary>A number for a new endpoint, never given before on this node; never 0.</summary>
    /// <returns>The generation.</returns>
    public uint NextGeneration()
    {
        using LockedFile locked = LockedFile.Open(_lock, NodeLoader.LockMode);
        NodeRow row = Row;
        row.Generation = row.Generation == uint.MaxValue ? 1 : row.Generation + 1;
        Node.Update(0, row);
        return row.Generation;
    }

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
        _counters?.Dispose();
    }

    private static NodePrograms Load(ulong cookie, NodeOptions options)
    {
        NodeLoader.Load(cookie, options);
        return TryOpen(cookie) ?? throw new InvalidOperationException($"the pins in {Directory(cookie)} were removed while they were made");
    }

    private BpfProgram Program(string name) => BpfProgram.TryOpenPinned(NodeLoader.ProgramPath(_directory, name)) ?? throw Missing(name);

    private BpfMap<TKey, TValue> Map<TKey, TValue>(string name)
        where TKey : unmanaged
        where TValue : unmanaged => BpfMap<TKey, TValue>.TryOpenPinned(NodeLoader.MapPath(_directory, name)) ?? throw Missing(name);

    private LinuxException Missing(string name) => new("open pin", $"{_directory}/…/{name} (removed by hand? the next ADD makes it again)", Errno.ENOENT);
}
