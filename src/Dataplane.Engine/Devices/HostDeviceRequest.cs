namespace Dataplane.Engine;

/// <summary>A container whose interface is a device that the host has.</summary>
public sealed class HostDeviceRequest
{
    /// <summary>The container's interface.</summary>
    public required AttachmentId Id { get; init; }

    /// <summary>The network's name.</summary>
    public required string Network { get; init; }

    /// <summary>CNI_NETNS.</summary>
    public required string NetnsPath { get; init; }

    /// <summary>Which device.</summary>
    public required HostDeviceChoice Choice { get; init; }

    /// <summary>A driver in user space (DPDK) has the device: there is none to move.</summary>
    public bool InUserSpace { get; init; }

    /// <summary>IPv6 addresses are looked for on the link before they are used; ADD waits for that.</summary>
    public bool DetectDuplicates { get; init; }
}
