namespace Dataplane.Dhcp;

/// <summary>A plugin's question: one line of JSON, UTF-8.</summary>
public sealed record DaemonRequest
{
    /// <summary>The version of the protocol. A change that the other side would misread is a new one.</summary>
    public const int CurrentVersion = 1;

    /// <summary>What is asked for.</summary>
    public DaemonMethod Method { get; set; }

    /// <summary>The container.</summary>
    public string ContainerId { get; set; } = "";

    /// <summary>The network.</summary>
    public string Network { get; set; } = "";

    /// <summary>The interface.</summary>
    public string IfName { get; set; } = "";

    /// <summary>The absolute path of the container's namespace, as the plugin sees it.</summary>
    public string Netns { get; set; } = "";

    /// <summary>Options to tell servers, by their number.</summary>
    public Dictionary<byte, byte[]> Provide { get; set; } = [];

    /// <summary>Options to ask servers for.</summary>
    public byte[] Request { get; set; } = [];

    /// <summary>Of <see cref="DaemonMethod.Collect"/>: whose leases stay.</summary>
    public List<DaemonAttachment> Keep { get; set; } = [];

    internal ClientIdentity Identity => new(ContainerId, Network, IfName);
}
