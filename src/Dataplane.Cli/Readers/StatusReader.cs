using System.Globalization;
using Dataplane.Abi;
using Dataplane.Bpf;
using Dataplane.Cli.Rows;
using Dataplane.Engine;
using Dataplane.Interop;

namespace Dataplane.Cli.Readers;

/// <summary>What <c>dpctl status</c> says.</summary>
internal static class StatusReader
{
    /// <summary>The report; of a node without programs, what can be said of it.</summary>
    public static StatusReport Read(NodeView node)
    {
        NodePrograms? programs = node.Programs;
        int off = node.Endpoints.Values.Count(e => e.Flags.HasFlag(EndpointFlags.FastPathOff));
        return new StatusReport
        {
            Node = node.Cookie,
            Present = node.IsPresent,
            Abi = AbiVersion.Current,
            Build = node.Build,
            ExecutableBuild = Convert.ToHexStringLower(NodePrograms.ThisBuild),
            PinDirectory = NodePrograms.Directory(node.Cookie),
            FastPath = FastPath(node.Endpoints.Count, off),
            FastPathOffEndpoints = off,
            Endpoints = node.Endpoints.Count,
            Uplinks = programs is null ? [] : [.. node.Uplinks.Where(u => u.Role == UplinkRoleNames.Uplink && u.Hook.Length > 0).Select(u => u.Device)],
            Programs = programs is null ? [] : Programs(node, programs),
            Maps = programs is null ? [] : Maps(programs),
            Sweep = programs is null ? null : Sweep(programs),
            Bandwidth = programs is null ? null : Bandwidth(node.Limits, Shapers.Choose(ShaperChoice.Auto)),
        };
    }

    /// <summary>How many limits there are, and what keeps them.</summary>
    public static BandwidthSummary Bandwidth(IReadOnlyList<BandwidthRow> limits, Shaper auto)
    {
        BandwidthRow[] alive = [.. limits.Where(r => r.State != LimitStateNames.Dead)];
        int ingress = alive.Count(r => r.Direction == "ingress"), edt = alive.Count(r => r.Engine == "edt");
        return new BandwidthSummary(auto == Shaper.Edt ? "edt" : "tbf", ingress, alive.Length - ingress, edt, alive.Length - edt);
    }

    /// <summary>"on", "off" or "partly"; a node without endpoints would use it.</summary>
    public static string FastPath(int endpoints, int off) => off == 0 ? "on" : off == endpoints ? "off" : "partly";

    private static List<ProgramRow> Programs(NodeView node, NodePrograms programs)
    {
        IReadOnlyList<EndpointFilters> attached = node.Attachments();
        int uplinks = node.Uplinks.Count(u => u.Hook.Length > 0);
        return
        [
            Row("from_pod", programs.FromPod, node.IsThisBuild, attached.Count(f => f.Ingress.Contains(programs.FromPod.Id))),
            Row("to_pod", programs.ToPod, node.IsThisBuild, attached.Count(f => f.Egress.Contains(programs.ToPod.Id))),
            Row("to_uplink", programs.ToUplink, node.IsThisBuild, uplinks),
            Row("from_uplink", programs.FromUplink, node.IsThisBuild, uplinks),
            Row("pod_limit", programs.PodLimit, node.IsThisBuild, node.Limits.Count(r => r.Program == "pod_limit")),
        ];
    }

    private static ProgramRow Row(string name, BpfProgram program, bool thisBuild, int attachedTo) => new()
    {
        Name = name,
        Id = program.Id,
        Tag = program.Tag,
        LoadedAt = LoadedAt(program),
        ThisBuild = thisBuild,
        AttachedTo = attachedTo,
    };

    /// <summary>When a program was loaded, UTC, to the second.</summary>
    public static DateTime LoadedAt(BpfProgram program) => WallClock(TimeSpan.FromMicroseconds(program.Info.LoadTime / 1000));

    private static List<MapRow> Maps(NodePrograms programs) =>
    [
        Row("endpoints", programs.Endpoints),
        Row("addresses", programs.Addresses),
        Row("flows4", programs.Flows4),
        Row("flows6", programs.Flows6),
        Row("nat", programs.Nat),
        Row("fragments", programs.Fragments),
        Row("host_ports", programs.HostPorts),
        Row("socket_peers", programs.SocketPeers),
        Row("exclusions", programs.Exclusions),
        Row("devices", programs.Devices),
        Row("local_addresses", programs.LocalAddresses),
        Row("limits", programs.Limits),
        Row("limit_states", programs.LimitStates),
        Row("limit_pods", programs.LimitPods),
        Row("limit_subnets", programs.LimitSubnets),
    ];

    /// <summary>The sweep's own figures, and what waits for it.</summary>
    public static SweepReport Sweep(NodePrograms programs)
    {
        _ = programs.Sweep.TryLookup(0, out SweepRow row);
        return new SweepReport(
            row.LastRun == 0 ? null : Conversion.Seconds(row.LastRun, FlowContext.MonotonicNow),
            row.Visited,
            row.Expired,
            // A queue cannot be counted: the halves that hold a ticket can.
            programs.Nat.Entries().Count(e => e.Value.Ticket != 0));
    }

    private static MapRow Row<TKey, TValue>(string name, BpfMap<TKey, TValue> map)
        where TKey : unmanaged
        where TValue : unmanaged
    {
        BpfMapInfo info = map.Info;
        return new MapRow(name, info.Id, TypeName(info.Type), map.Entries().Count, info.MaxEntries);
    }

    // enum bpf_map_type, of which the node uses these.
    private static string TypeName(uint type) => type switch
    {
        1 => "hash",
        9 => "lru_hash",
        11 => "lpm_trie",
        _ => $"{type}",
    };

    // The kernel notes nanoseconds since the boot; /proc/uptime has the same clock, suspends included.
    private static DateTime WallClock(TimeSpan sinceBoot)
    {
        double uptime = double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], CultureInfo.InvariantCulture);
        DateTime loaded = DateTime.UtcNow - TimeSpan.FromSeconds(uptime) + sinceBoot;
        return new DateTime(loaded.Ticks - (loaded.Ticks % TimeSpan.TicksPerSecond), DateTimeKind.Utc);
    }
}
