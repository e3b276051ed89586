using Dataplane.Cni;
using Dataplane.Ipam;

namespace Dataplane.Plugins.HostLocal;

/// <summary>What host-local is configured to do for one call: the <c>ipam</c> object and everything a runtime or user adds to it.</summary>
internal sealed class HostLocalConfig
{
    private const string DefaultDataDir = "/var/lib/cni/networks";

    private HostLocalConfig()
    {
    }

    /// <summary>The network's name, which names its directory of leases.</summary>
    internal required string Network { get; init; }

    /// <summary>Where the directories of networks are.</summary>
    internal required string DataDir { get; init; }

    /// <summary>The pools: those of runtimeConfig, then the one of the flat old form, then <c>ranges</c>. At least one, where the call needs them.</summary>
    internal required IReadOnlyList<RangeSet> Sets { get; init; }

    /// <summary>The addresses asked for: CNI_ARGS, then args.cni, then runtimeConfig; each once.</summary>
    internal required IReadOnlyList<IpNumber> Requested { get; init; }

    /// <summary>Routes for the result.</summary>
    internal required IReadOnlyList<CniRoute> Routes { get; init; }

    /// <summary>A resolv.conf to put into the result; empty for none.</summary>
    internal required string ResolvConf { get; init; }

    /// <summary>Ours alone: whether leases outlive a reboot (<c>"dataplane": {"keepLeasesAcrossBoot": true}</c>).</summary>
    internal required bool KeepLeasesAcrossBoot { get; init; }

    /// <summary>Reads and checks the configuration of a call.</summary>
    /// <exception cref="CniException">Code 999 with the reference's texts.</exception>
    internal static HostLocalConfig Parse(CniRequest request)
    {
        JsonView root = request.Config.Root.WithErrors(CniErrorCode.Internal, "");
        JsonView runtime = root.GetObject("runtimeConfig") ?? default;
        JsonView args = root.GetObject("args")?.GetObject("cni") ?? default;
        JsonView ipam = root.GetObject("ipam") ?? throw Invalid("IPAM config missing 'ipam' key");

        List<IReadOnlyList<IpRangeSpec>> sets = ParseSets(runtime, "ipRanges");
        if (ParseRange(ipam) is { Subnet: not null } flat)
            sets.Add([flat]);
        sets.AddRange(ParseSets(ipam, "ranges"));
        List<CniRoute> routes = ParseRoutes(ipam);
        List<IpNumber> requested = ParseRequested(request.Args, args, runtime);
        return new HostLocalConfig
        {
            Network = request.Config.Name,
            DataDir = ipam.GetString("dataDir") is { Length: > 0 } dataDir ? dataDir : DefaultDataDir,
            Sets = CheckSets(sets, root.GetString("cniVersion"), MayLackRanges(request)),
            Requested = requested,
            Routes = routes,
            ResolvConf = ipam.GetString("resolvConf"),
            KeepLeasesAcrossBoot = root.GetObject("dataplane")?.GetBool("keepLeasesAcrossBoot") ?? false,
        };
    }

    private static CniException Invalid(string message) => new(CniErrorCode.Internal, message);

    private static List<IReadOnlyList<IpRangeSpec>> ParseSets(JsonView parent, string key)
    {
        List<IReadOnlyList<IpRangeSpec>> sets = [];
        foreach (JsonView set in parent.GetItems(key) ?? [])
        {
            List<IpRangeSpec> specs = [];
            foreach (JsonView range in set.AsItems())
                specs.Add(ParseRange(range.AsObject()));
            sets.Add(specs);
        }
        return sets;
    }

    private static IpRangeSpec ParseRange(JsonView range) => new(
        ParseSubnet(range), ParseAddress(range, "rangeStart"), ParseAddress(range, "rangeEnd"), ParseAddress(range, "gateway"));

    private static IpSubnet? ParseSubnet(JsonView range)
    {
        // Here null is not the same as absent: the reference reads it as an empty text.
        if (!range.Has("subnet"))
            return null;
        string text = range.GetString("subnet");
        return IpSubnet.TryParse(text, out IpSubnet subnet) ? subnet : throw Invalid($"invalid CIDR address: {text}");
    }

    private static IpNumber? ParseAddress(JsonView range, string key)
    {
        string text = range.GetString(key);
        if (text.Length == 0)
            return null;
        return IpNumber.TryParse(text, out IpNumber address) ? address : throw Invalid($"invalid IP address: {text}");
    }

    private static List<CniRoute> ParseRoutes(JsonView ipam)
    {
        List<CniRoute> routes = [];
        foreach (JsonView route in ipam.GetObjects("routes") ?? [])
            routes.Add(CniRoute.FromJson(route));
        return routes;
    }

    private static List<IpNumber> ParseRequested(string cniArgs, JsonView args, JsonView runtime)
    {
        List<IpNumber> requested = [];
        string ofEnvironment = CniArgs.Parse(cniArgs, new CniArgKey("IP", static text => ValidateRequest(text))).Get("IP") ?? "";
        if (ofEnvironment.Length > 0)
            AddRequest(ofEnvironment, requested);
        foreach (JsonView source in (ReadOnlySpan<JsonView>)[args, runtime])
        {
            foreach (string text in source.GetStrings("ips") ?? [])
            {
                if (ValidateRequest(text) is { } wrong)
                    throw Invalid(wrong);
                AddRequest(text, requested);
            }
        }
        return requested;
    }

    private static string? ValidateRequest(string text)
        => text.Length == 0 || TryParseRequest(text, out _) ? null : $"invalid IP address {text}";

    private static void AddRequest(string text, List<IpNumber> requested)
    {
        if (!TryParseRequest(text, out IpNumber address))
            throw Invalid("cannot understand ip: IP <nil> not v4 nor v6");
        if (!requested.Contains(address))
            requested.Add(address);
    }

    // The prefix length, when there is one, is ignored: the range's subnet has the say.
    private static bool TryParseRequest(string text, out IpNumber address)
    {
        if (!text.Contains('/'))
            return IpNumber.TryParse(text, out address);
        bool parsed = IpSubnet.TryParse(text, out IpSubnet subnet);
        address = subnet.Address;
        return parsed;
    }

    // libcni gives GC and STATUS no capability's values, and a main plugin's GC has none to give with the DEL of what is stale. Whose ranges come from
    // the runtime alone has to get by without them: what is leased is in the files.
    private static bool MayLackRanges(CniRequest request) => request.Command switch
    {
        CniCommand.Gc => true,
        CniCommand.Del or CniCommand.Status => request.Config.Capabilities.GetValueOrDefault("ipRanges"),
        _ => false,
    };

    private static RangeSet[] CheckSets(List<IReadOnlyList<IpRangeSpec>> specs, string version, bool mayLack)
    {
        if (specs.Count == 0 && !mayLack)
            throw Invalid("no IP ranges specified");
        RangeSet[] sets = new RangeSet[specs.Count];
        int v6 = 0;
        for (int i = 0; i < sets.Length; i++)
        {
            try
            {
                sets[i] = RangeSet.FromSpecs(specs[i]);
            }
            catch (IpamException e)
            {
                throw Invalid($"invalid range set {i}: {e.Message}");
            }
            v6 += sets[i].IsV6 ? 1 : 0;
        }
        // Results of versions before 0.3.0 have room for one address of each family.
        if ((v6 > 1 || sets.Length - v6 > 1) && version is "" or "0.1.0" or "0.2.0")
            throw Invalid($"CNI version {version} does not support more than 1 address per family");
        for (int i = 0; i < sets.Length; i++)
        {
            for (int j = i + 1; j < sets.Length; j++)
            {
                if (sets[i].Overlaps(sets[j]))
                    throw Invalid($"range set {i} overlaps with {j}");
            }
        }
        return sets;
    }
}
