using Dataplane.Abi;
using Dataplane.Bpf;
using Dataplane.Cli.Output;
using Dataplane.Cli.Rows;
using Dataplane.Engine;
using Dataplane.Interop;
using Dataplane.Netlink;

namespace Dataplane.Cli.Readers;

/// <summary>
/// The node a command looks at, read once: every row of a report is of the same moment. Nothing here
/// creates anything: looking at a node that never had a container leaves it so.
/// </summary>
internal sealed class NodeView : IDisposable
{
    private readonly NetworkNamespace _namespace;
    private Dictionary<uint, string>? _deviceNames;
    private Dictionary<uint, Endpoint>? _endpoints;
    private Dictionary<uint, DeviceRow>? _devices;
    private List<NamedRecord>? _records, _portMappingRecords, _bandwidthRecords, _firewallRecords;
    private List<UplinkRow>? _uplinks;
    private List<BandwidthRow>? _limits;
    private Dictionary<(uint Ifindex, uint Generation), AttachmentRecord>? _recordsByEndpoint;
    private List<EndpointFilters>? _attachments;

    private NodeView(NetworkNamespace ns)
    {
        _namespace = ns;
        Cookie = ns.Cookie;
        Rtnl = RtnlSocket.Open(ns);
        Run = new RunDirectory(Cookie);
        Programs = NodePrograms.TryOpenAnyBuild(Cookie);
        if (Programs is null && !Environment.IsPrivilegedProcess)
        {
            // Below a root-only directory "absent" and "not allowed to look" are the same.
            throw new CommandFailure(ExitStatus.NotPermitted, "reading a node takes root (CAP_BPF and CAP_NET_ADMIN): try sudo");
        }
    }

    /// <summary>The node's name: its network namespace's cookie.</summary>
    public ulong Cookie { get; }

    /// <summary>Whether programs are pinned.</summary>
    public bool IsPresent => Programs is not null;

    /// <summary>The pins; null when nothing was ever attached.</summary>
    public NodePrograms? Programs { get; }

    /// <summary>The build whose programs are loaded, hexadecimal; empty when none are.</summary>
    public string Build => Programs is null ? string.Empty : Convert.ToHexStringLower(Programs.PinnedBuild);

    /// <summary>Whether that is the build inside this dpctl.</summary>
    public bool IsThisBuild => Programs?.IsThisBuild ?? false;

    /// <summary>Netlink of the node.</summary>
    public RtnlSocket Rtnl { get; }

    /// <summary>The attachment records.</summary>
    public RunDirectory Run { get; }

    /// <summary>Device names by ifindex.</summary>
    public IReadOnlyDictionary<uint, string> DeviceNames => _deviceNames ??= Rtnl.DumpLinks().ToDictionary(l => (uint)l.Index, l => l.Name);

    /// <summary>Map "endpoints"; empty when nothing is pinned.</summary>
    public IReadOnlyDictionary<uint, Endpoint> Endpoints => _endpoints ??= Programs?.Endpoints.Entries().ToDictionary(e => e.Key, e => e.Value) ?? [];

    /// <summary>Map "devices"; empty when nothing is pinned.</summary>
    public IReadOnlyDictionary<uint, DeviceRow> Devices => _devices ??= Programs?.Devices.Entries().ToDictionary(e => e.Key, e => e.Value) ?? [];

    /// <summary>The records, in the order of their names.</summary>
    public IReadOnlyList<NamedRecord> Records => _records ??= Read(Run);

    /// <summary>Portmap's records, in the order of their names: it may have been chained behind any plugin.</summary>
    public IReadOnlyList<NamedRecord> PortMappingRecords => _portMappingRecords ??= Read(Run.PortMappings);

    /// <summary>Bandwidth's records, likewise.</summary>
    public IReadOnlyList<NamedRecord> BandwidthRecords => _bandwidthRecords ??= Read(Run.Bandwidths);

    /// <summary>The records of the plugin firewall.</summary>
    public IReadOnlyList<NamedRecord> FirewallRecords => _firewallRecords ??= Read(Run.Firewalls);

    /// <summary>The devices that are no container's, ordered by ifindex.</summary>
    public IReadOnlyList<UplinkRow> Uplinks => _uplinks ??= UplinkReader.Read(this);

    /// <summary>The containers' bandwidth limits, ordered by ifindex; empty when nothing is pinned.</summary>
    public IReadOnlyList<BandwidthRow> Limits => _limits ??= IsPresent ? BandwidthReader.Read(this) : [];

    /// <summary>Opens the node of this process's network namespace, or of another's.</summary>
    /// <param name="path">A network namespace; null: this process's.</param>
    public static NodeView Open(string? path)
    {
        try
        {
            return new NodeView(path is null ? NetworkNamespace.OpenCurrent() : NetworkNamespace.Open(path));
        }
        catch (NotANamespaceException e)
        {
            throw new CommandFailure(ExitStatus.Usage, $"--netns: {e.Message}", e);
        }
        catch (LinuxException e) when (e.Errno == Errno.ENOENT && e.Subject == path)
        {
            throw new CommandFailure(ExitStatus.Usage, $"--netns: there is no {path}", e);
        }
    }

    /// <summary>Lets the engine look at, or work on, the node: inside its network namespace.</summary>
    public T With<T>(Func<Node, T> work)
    {
        using NetworkNamespace.Scope inside = _namespace.Enter();
        using var node = Node.Open();
        return work(node);
    }

    /// <summary>A sysctl of the node; null when it has none of this name.</summary>
    public string? Sysctl(params ReadOnlySpan<string> path)
    {
        using NetworkNamespace.Scope inside = _namespace.Enter();
        try
        {
            return Netlink.Sysctl.Read(path);
        }
        catch (LinuxException e) when (e.Errno == Errno.ENOENT)
        {
            return null;
        }
    }

    /// <summary>The programs that run on the endpoints' devices.</summary>
    public IReadOnlyList<EndpointFilters> Attachments() => _attachments ??=
    [
        .. Endpoints.Keys.Where(DeviceNames.ContainsKey).Order().Select(ifindex =>
        {
            List<FilterInfo> filters = Rtnl.DumpFilters((int)ifindex);
            return new EndpointFilters(
                ifindex,
                [.. filters.Where(f => f.IsIngress).Select(f => f.ProgramId)],
                [.. filters.Where(f => !f.IsIngress).Select(f => f.ProgramId)]);
        }),
    ];

    /// <summary>What is said, kindly, of a node without programs.</summary>
    public CommandFailure NoNode() => new(
        ExitStatus.NoNode,
        $"no container was attached on this node yet (network namespace {Cookie}): the first ADD of bridge or ptp sets it up");

    /// <summary>The record that made an endpoint: the one that names its ifindex and generation.</summary>
    public AttachmentRecord? RecordOf(uint ifindex, uint generation) => (_recordsByEndpoint ??= ByEndpoint()).GetValueOrDefault((ifindex, generation));

    /// <inheritdoc/>
    public void Dispose()
    {
        Programs?.Dispose();
        Rtnl.Dispose();
        _namespace.Dispose();
    }

    private static List<NamedRecord> Read(RunDirectory run) =>
        [.. run.ListRecords().Order(StringComparer.Ordinal).Select(name => new NamedRecord(name, run.ReadRecord(name)))];

    private Dictionary<(uint Ifindex, uint Generation), AttachmentRecord> ByEndpoint()
    {
        var records = new Dictionary<(uint, uint), AttachmentRecord>();
        foreach (AttachmentRecord record in Records.Concat(PortMappingRecords).Concat(BandwidthRecords).Select(r => r.Record).OfType<AttachmentRecord>())
        {
            if (record.Find(StepKind.Endpoint) is { } step)
            {
                records.TryAdd(((uint)step.Index, step.Generation), record);
            }
        }

        return records;
    }
}
