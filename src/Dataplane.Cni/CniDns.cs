namespace Dataplane.Cni;

/// <summary>The resolver's settings. A list that is null was not given; an empty one was given empty, which overrides (<see cref="HasAny"/>).</summary>
public sealed class CniDns
{
    /// <summary>The servers' addresses, by priority.</summary>
    public IReadOnlyList<string>? Nameservers { get; init; }

    /// <summary>The local domain, or empty.</summary>
    public string Domain { get; init; } = "";

    /// <summary>The search list for short host names.</summary>
    public IReadOnlyList<string>? Search { get; init; }

    /// <summary>Options for the resolver: "ndots:2".</summary>
    public IReadOnlyList<string>? Options { get; init; }

    /// <summary>Whether anything was given, be it an empty list: bridge and ptp then replace the whole of IPAM's settings with the configuration's.</summary>
    public bool HasAny => Nameservers is not null || Search is not null || Options is not null || Domain.Length > 0;

    /// <summary>Whether there is nothing to print.</summary>
    public bool IsEmpty => Nameservers is not { Count: > 0 } && Search is not { Count: > 0 } && Options is not { Count: > 0 } && Domain.Length == 0;

    /// <summary>Reads a <c>dns</c> object.</summary>
    /// <param name="json">The object.</param>
    /// <exception cref="CniException">A member has another type.</exception>
    public static CniDns FromJson(JsonView json) => new()
    {
        Nameservers = json.GetStrings("nameservers"),
        Domain = json.GetString("domain"),
        Search = json.GetStrings("search"),
        Options = json.GetStrings("options"),
    };
}
