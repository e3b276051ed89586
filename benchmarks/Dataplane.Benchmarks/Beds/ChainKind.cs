namespace Dataplane.Benchmarks.Beds;

/// <summary>A chain of plugins as runtimes configure them; both sides get the same.</summary>
/// <param name="Name">As the figures call it.</param>
/// <param name="Network">The network: its bridge has the same name.</param>
internal sealed record ChainKind(string Name, string Network = "cni0")
{
    /// <summary>bridge and host-local.</summary>
    public static ChainKind Bridge { get; } = new("bridge");

    /// <summary>And masquerade.</summary>
    public static ChainKind Masqueraded { get; } = new("bridge(ipMasq)") { Masquerade = true };

    /// <summary>And a host port.</summary>
    public static ChainKind Mapped { get; } = new("bridge(ipMasq)+portmap") { Masquerade = true, Portmap = true };

    /// <summary>And a limit both ways.</summary>
    public static ChainKind Limited { get; } = new("bridge(ipMasq)+portmap+bandwidth") { Masquerade = true, Portmap = true, Bandwidth = true };

    /// <summary>The same in one process, where a side has a plugin for it; else the chain.</summary>
    public static ChainKind OnePlugin { get; } = new("bridge(ipMasq)+portmap+bandwidth, ours as one plugin") { Masquerade = true, Portmap = true, Bandwidth = true, IsOnePlugin = true };

    /// <summary>An address of each family.</summary>
    public static ChainKind DualStack { get; } = new("bridge(ipMasq), dual stack", "cnidual") { Masquerade = true, Subnets = ["10.200.0.0/16", "fd00:200::/64"] };

    /// <summary>ptp and host-local, masqueraded.</summary>
    public static ChainKind PointToPoint { get; } = new("ptp(ipMasq)", "ptp0") { Type = "ptp", Masquerade = true, Subnets = ["10.201.0.0/16"] };

    /// <summary>macvlan on the uplink, and host-local.</summary>
    public static ChainKind Macvlan { get; } = new("macvlan", "lan0") { Type = "macvlan", Subnets = ["10.202.0.0/16"] };

    /// <summary>The main plugin.</summary>
    public string Type { get; private init; } = "bridge";

    /// <summary>ipMasq.</summary>
    public bool Masquerade { get; private init; }

    /// <summary>Whether portmap follows.</summary>
    public bool Portmap { get; private init; }

    /// <summary>Whether bandwidth follows.</summary>
    public bool Bandwidth { get; private init; }

    /// <summary>Whether ours is the plugin "dataplane" alone.</summary>
    public bool IsOnePlugin { get; private init; }

    /// <summary>A range each.</summary>
    public IReadOnlyList<string> Subnets { get; private init; } = ["10.90.0.0/16"];

    /// <summary>The same plugins on the n-th of many networks: a bridge takes 1023 ports.</summary>
    public ChainKind On(int network) => network == 0 ? this : this with { Network = $"cni{network}", Subnets = [$"10.{90 + network}.0.0/16"] };
}
