using System.Globalization;
using Dataplane.Bpf;
using Dataplane.Cni;
using Dataplane.Engine;

namespace Dataplane.Plugins;

/// <summary>The configuration's object "dataplane": what the reference plugins do not know.</summary>
internal sealed class DataplaneOptions
{
    private const ulong MaxFlowEntries = 1 << 24;
    private const int MaxExclusions = 256;
    private const int MaxPatterns = 64;
    private const int MaxNameLength = 15;
    private const ushort LowestPort = 1024;
    private const ushort FirstNodePort = 30000;
    private const ushort LastNodePort = 32767;

    /// <summary>"fastPath": "off" (default "auto").</summary>
    public bool FastPathOff { get; private init; }

    /// <summary>"sourceCheck": "strict" (default "auto").</summary>
    public bool SourceStrict { get; private init; }

    /// <summary>"flowEntries": how many flows the node's maps hold, from the first load on; null is the default.</summary>
    public uint? FlowEntries { get; private init; }

    /// <summary>"nonMasqueradeCIDRs": what a container with ipMasq is not masqueraded to, beside its own subnets.</summary>
    public IReadOnlyList<AddressPrefix> NonMasqueradeCidrs { get; private init; } = [];

    /// <summary>"masqLinkLocal": link-local destinations are masqueraded to as well.</summary>
    public bool MasqueradeLinkLocal { get; private init; }

    /// <summary>"masqueradePorts": the first port.</summary>
    public ushort MasqueradePortMin { get; private init; }

    /// <summary>"masqueradePorts": the last port.</summary>
    public ushort MasqueradePortMax { get; private init; }

    /// <summary>"uplinks": patterns of device names, for the whole node; null: not configured.</summary>
    public IReadOnlyList<string>? Uplinks { get; private init; }

    /// <summary>"shaper": what keeps the limits of bandwidth (default "auto").</summary>
    public ShaperChoice Shaper { get; private init; }

    /// <summary>Reads and validates the object.</summary>
    /// <param name="config">The configuration.</param>
    /// <exception cref="CniException"><see cref="CniErrorCode.InvalidNetworkConfig"/>, with the values that are possible.</exception>
    public static DataplaneOptions Parse(NetworkConfig config)
    {
        JsonView own = config.Root.Get("dataplane").WithErrors(CniErrorCode.InvalidNetworkConfig, "invalid \"dataplane\": ").AsObject();
        ulong flows = own.GetUInt("flowEntries");
        if (flows > MaxFlowEntries || (flows < NodeOptions.MinFlowEntries && own.Has("flowEntries")))
        {
            throw own.Error($"\"flowEntries\" is {flows}: from {NodeOptions.MinFlowEntries} to {MaxFlowEntries}");
        }

        string logLevel = own.GetString("logLevel", "off");
        if (!LogLevels.TryParse(logLevel, out _))
        {
            throw own.Error($"\"logLevel\" is \"{logLevel}\": one of off, warn, info, debug");
        }

        (ushort portMin, ushort portMax) = Ports(own);
        return new DataplaneOptions
        {
            NonMasqueradeCidrs = Exclusions(own),
            MasqueradeLinkLocal = own.GetBool("masqLinkLocal"),
            MasqueradePortMin = portMin,
            MasqueradePortMax = portMax,
            Uplinks = Patterns(own),
            Shaper = ReadShaper(own),
            FastPathOff = Choose(own, "fastPath", "off"),
            SourceStrict = Choose(own, "sourceCheck", "strict"),
            FlowEntries = flows == 0 ? null : (uint)flows,
        };
    }

    private static bool Choose(JsonView own, string key, string other)
    {
        string value = own.GetString(key, "auto");
        return value == other || (value == "auto" ? false : throw own.Error($"\"{key}\" is \"{value}\": auto or {other}"));
    }

    private static ShaperChoice ReadShaper(JsonView own)
    {
        const string key = "shaper";
        string value = own.GetString(key, "auto");
        return value switch
        {
            "auto" => ShaperChoice.Auto,
            "edt" => ShaperChoice.Edt,
            "tbf" => ShaperChoice.Tbf,
            _ => throw own.Error($"\"{key}\" is \"{value}\": auto, edt or tbf"),
        };
    }

    private static List<AddressPrefix> Exclusions(JsonView own)
    {
        const string key = "nonMasqueradeCIDRs";
        IReadOnlyList<string> texts = own.GetStrings(key) ?? [];
        if (texts.Count > MaxExclusions)
        {
            throw own.Error($"\"{key}\" has {texts.Count} prefixes: up to {MaxExclusions}");
        }

        var prefixes = new List<AddressPrefix>(texts.Count);
        foreach (string text in texts)
        {
            if (!IpPrefix.TryParse(text, out IpPrefix prefix))
            {
                throw own.Error($"\"{key}\" has \"{text}\": prefixes like 10.0.0.0/8 or fd00::/8");
            }

            prefixes.Add(new AddressPrefix(prefix.Address, prefix.Length));
        }

        return prefixes;
    }

    // Kubernetes' node ports are others' to answer at: a connection that got one would hide the service, or be hidden by it.
    private static (ushort Min, ushort Max) Ports(JsonView own)
    {
        const string key = "masqueradePorts";
        string text = own.GetString(key);
        if (own.Get(key).IsNullOrAbsent)
        {
            return (MasqueradeOptions.DefaultPortMin, MasqueradeOptions.DefaultPortMax);
        }

        int dash = text.IndexOf('-', StringComparison.Ordinal);
        bool valid = dash > 0
            & ushort.TryParse(text.AsSpan(0, Math.Max(dash, 0)), NumberStyles.None, CultureInfo.InvariantCulture, out ushort min)
            & ushort.TryParse(text.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort max);
        return valid && min >= LowestPort && min <= max && (max < FirstNodePort || min > LastNodePort)
            ? (min, max)
            : throw own.Error(
                $"\"{key}\" is \"{text}\": a range like {MasqueradeOptions.DefaultPortMin}-{MasqueradeOptions.DefaultPortMax}, "
                + $"from {LowestPort} to {FirstNodePort - 1} or from {LastNodePort + 1} to {ushort.MaxValue}");
    }

    private static IReadOnlyList<string>? Patterns(JsonView own)
    {
        const string key = "uplinks";
        if (own.GetStrings(key) is not { } patterns)
        {
            return null;
        }

        if (patterns.Count > MaxPatterns)
        {
            throw own.Error($"\"{key}\" has {patterns.Count} patterns: up to {MaxPatterns}");
        }

        foreach (string pattern in patterns)
        {
            if (!IsPattern(pattern))
            {
                throw own.Error($"\"{key}\" has \"{pattern}\": device names of up to {MaxNameLength} characters, in which * is any text and ? any character");
            }
        }

        return patterns;
    }

    private static bool IsPattern(string pattern)
    {
        if (pattern.Length is 0 or > MaxNameLength)
        {
            return false;
        }

        foreach (char c in pattern)
        {
            // What no device name has, dev_valid_name() of the kernel; and no line's end gets into the node's file of patterns.
            if (c is '/' or ':' || char.IsWhiteSpace(c) || char.IsControl(c))
            {
                return false;
            }
        }

        return true;
    }
}
