namespace Dataplane.Engine;

/// <summary>Limits for a container that a main plugin has attached.</summary>
public sealed record BandwidthRequest
{
    /// <summary>The container's interface.</summary>
    public required AttachmentId Id { get; init; }

    /// <summary>The network's name.</summary>
    public required string Network { get; init; }

    /// <summary>The container's namespace, CNI_NETNS.</summary>
    public required string NetnsPath { get; init; }

    /// <summary>What the container may get; null: as much as comes.</summary>
    public BandwidthLimit? Ingress { get; init; }

    /// <summary>What the container may send; null: as much as it can.</summary>
    public BandwidthLimit? Egress { get; init; }

    /// <summary>Peers that the limits are not for. Not together with <see cref="Shaped"/>.</summary>
    public IReadOnlyList<AddressPrefix> Unshaped { get; init; } = [];

    /// <summary>The only peers that the limits are for; empty: all.</summary>
    public IReadOnlyList<AddressPrefix> Shaped { get; init; } = [];

    /// <summary>Which engine.</summary>
    public ShaperChoice Shaper { get; init; }

    /// <summary>The name of the IFB device that the reference plugin would have made; empty: none is looked for.</summary>
    public string ReferenceDevice { get; init; } = "";
}
