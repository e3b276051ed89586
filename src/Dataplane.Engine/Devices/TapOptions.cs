namespace Dataplane.Engine;

/// <summary>What a tap device has that others have not.</summary>
public sealed class TapOptions
{
    /// <summary>Several may read and write it at once.</summary>
    public bool MultiQueue { get; init; }

    /// <summary>The user that may open it; null: who has CAP_NET_ADMIN.</summary>
    public uint? Owner { get; init; }

    /// <summary>The group that may open it; null: none.</summary>
    public uint? Group { get; init; }

    /// <summary>The SELinux context it is made in; empty: the plugin's own.</summary>
    public string SelinuxContext { get; init; } = "";

    /// <summary>The bridge inside the container whose port it is; empty: none.</summary>
    public string Bridge { get; init; } = "";
}
