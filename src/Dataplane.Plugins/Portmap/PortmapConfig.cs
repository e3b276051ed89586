using System.Net;
using Dataplane.Cni;
using Dataplane.Engine;

namespace Dataplane.Plugins;

/// <summary>
/// The portmap plugin's configuration. Marks and backends are checked as the reference checks them and have no effect: what they
/// would be for is done without rules.
/// </summary>
internal sealed class PortmapConfig
{
    private const int HighestMarkBit = 31;
    private const string Iptables = "iptables";
    private const string Nftables = "nftables";

    private PortmapConfig(JsonView root) => Root = root;

    /// <summary>The whole configuration.</summary>
    public JsonView Root { get; }

    /// <summary>"snat"; true when it is not there.</summary>
    public bool Snat { get; private init; }

    /// <summary>"masqAll".</summary>
    public bool MasqueradeAll { get; private init; }

    /// <summary>"conditionsV4"; empty for none.</summary>
    public IReadOnlyList<string> Conditions4 { get; private init; } = [];

    /// <summary>"conditionsV6"; empty for none.</summary>
    public IReadOnlyList<string> Conditions6 { get; private init; } = [];

    /// <summary>The runtime's "portMappings" with positive ports; whether they can be honoured is not looked at yet.</summary>
    public IReadOnlyList<PortmapEntry> Entries { get; private init; } = [];

    /// <summary>The container's IPv4 address, by the previous result or by <see cref="FindAddresses"/>.</summary>
    public IPAddress? Address4 { get; private set; }

    /// <summary>The container's IPv6 address, likewise.</summary>
    public IPAddress? Address6 { get; private set; }

    /// <summary>Reads and validates it, in the reference's order.</summary>
    /// <param name="request">The call.</param>
    /// <exception cref="CniException">The reference's texts.</exception>
    public static PortmapConfig Parse(CniRequest request)
    {
        JsonView root = request.Config.Root.WithErrors(CniErrorCode.Internal, "failed to parse network configuration: ");
        bool snat = root.GetBool("snat", true);
        IReadOnlyList<string> conditions4 = root.GetStrings("conditionsV4") ?? [];
        IReadOnlyList<string> conditions6 = root.GetStrings("conditionsV6") ?? [];
        bool masqueradeAll = root.GetBool("masqAll");
        int? markBit = root.GetNullableInt32("markMasqBit");
        bool externalChain = !root.Get("externalSetMarkChain").IsNullOrAbsent;
        _ = root.GetString("externalSetMarkChain");
        string? backend = root.Get("backend").IsNullOrAbsent ? null : root.GetString("backend");
        List<PortmapEntry> entries = PortmapEntry.Read(root);
        CniResult? previous = request.Config.PrevResult;
        if (markBit is not null && externalChain)
        {
            throw Wrong("Cannot specify externalSetMarkChain and markMasqBit");
        }

        if (markBit is < 0 or > HighestMarkBit)
        {
            throw Wrong($"MasqMarkBit must be between 0 and {HighestMarkBit}");
        }

        RequireBackend(backend, externalChain, conditions4, conditions6);
        foreach (PortmapEntry entry in entries)
        {
            entry.RequirePositivePorts();
        }

        var config = new PortmapConfig(root)
        {
            Snat = snat,
            MasqueradeAll = masqueradeAll,
            Conditions4 = conditions4,
            Conditions6 = conditions6,
            Entries = entries,
        };
        config.FindAddresses(request, previous);
        return config;
    }

    /// <summary>What the engine is asked for.</summary>
    /// <param name="request">The call.</param>
    /// <exception cref="CniException">A mapping or a condition cannot be honoured.</exception>
    public PortmapRequest Request(CniRequest request)
    {
        var mappings = new List<PortMapping>(Entries.Count);
        foreach (PortmapEntry entry in Entries)
        {
            mappings.Add(entry.Mapping());
        }

        return new PortmapRequest
        {
            Id = Translate.Id(request),
            Network = request.Config.Name,
            NetnsPath = request.NetnsPath,
            Mappings = mappings,
            Address4 = Address4,
            Address6 = Address6,
            Snat = Snat,
            MasqueradeAll = MasqueradeAll,
            Conditions4 = Address4 is null ? HostPortConditions.None : PortmapConditions.Parse("conditionsV4", Conditions4, v6: false),
            Conditions6 = Address6 is null ? HostPortConditions.None : PortmapConditions.Parse("conditionsV6", Conditions6, v6: true),
            ReferenceChain = ReferenceNames.PortmapDnatChain(request.Config.Name, request.ContainerId),
        };
    }

    /// <summary>Takes the container's addresses of a result: the first of each family that is not of another interface.</summary>
    /// <param name="request">The call.</param>
    /// <param name="previous">The result; null: it has none.</param>
    public void FindAddresses(CniRequest request, CniResult? previous)
    {
        foreach (CniIpConfig ip in previous?.Ips ?? [])
        {
            if ((ip.Address.IsV4 ? Address4 : Address6) is not null || IsOfAnother(ip, previous!, request.IfName))
            {
                continue;
            }

            if (ip.Address.IsV4)
            {
                Address4 = ip.Address.Address;
            }
            else
            {
                Address6 = ip.Address.Address;
            }
        }
    }

    private static bool IsOfAnother(CniIpConfig ip, CniResult result, string ifName) =>
        ip.Interface is >= 0 and int index
        && index < result.Interfaces.Count
        && (result.Interfaces[index].Name != ifName || result.Interfaces[index].Sandbox.Length == 0);

    // Without a backend named, conditions may be in either one's syntax: there is neither here.
    private static void RequireBackend(string? backend, bool externalChain, IReadOnlyList<string> conditions4, IReadOnlyList<string> conditions6)
    {
        if (backend is null)
        {
            return;
        }

        string wrong = backend == Iptables ? Nftables : Iptables;
        List<string> misplaced = [];
        if (externalChain && wrong == Iptables)
        {
            misplaced.Add("externalSetMarkChain");
        }

        if (SyntaxOf(conditions4) == wrong)
        {
            misplaced.Add("conditionsV4");
        }

        if (SyntaxOf(conditions6) == wrong)
        {
            misplaced.Add("conditionsV6");
        }

        if (misplaced.Count > 0)
        {
            throw Wrong($"{backend} backend was requested but configuration contains {wrong}-specific options [{string.Join(' ', misplaced)}]");
        }

        if (backend is not (Iptables or Nftables))
        {
            throw Wrong($"unrecognized backend \"{backend}\"");
        }
    }

    private static string SyntaxOf(IReadOnlyList<string> conditions) =>
        conditions.Count == 0 || conditions[0].Length == 0 ? "" : PortmapConditions.IsIptables(conditions) ? Iptables : Nftables;

    private static CniException Wrong(string message) => new(CniErrorCode.Internal, message);
}
