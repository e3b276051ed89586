namespace Dataplane.Engine;

/// <summary>"ipMasq": what a container sends out of the node gets an address of the node.</summary>
public sealed class MasqueradeOptions
{
    /// <summary>The first port of <see cref="PortMin"/> where the configuration does not say: behind Kubernetes' node ports.</summary>
    public const ushort DefaultPortMin = 32768;

    /// <summary>The last port.</summary>
    public const ushort DefaultPortMax = 65535;

    /// <summary>"nonMasqueradeCIDRs": destinations that see the container's own address, beside its own subnets.</summary>
    public IReadOnlyList<AddressPrefix> Exclusions { get; init; } = [];

    /// <summary>"masqLinkLocal": link-local destinations are masqueraded to as well.</summary>
    public bool LinkLocal { get; init; }

    /// <summary>"masqueradePorts": the first port a connection may get, host order.</summary>
    public ushort PortMin { get; init; } = DefaultPortMin;

    /// <summary>The last one.</summary>
    public ushort PortMax { get; init; } = DefaultPortMax;
}
