namespace Dataplane.Cli.Rows;

/// <summary>The words for <c>enum dp_device_flag</c>: what a device is to the node's pods.</summary>
internal static class UplinkRoleNames
{
    /// <summary>It leads out of the node.</summary>
    public const string Uplink = "uplink";

    /// <summary>Pods' addresses are on its link.</summary>
    public const string Domain = "domain";

    /// <summary>Neither.</summary>
    public const string Other = "other";

    /// <summary>Nobody looked at it yet.</summary>
    public const string Unknown = "unknown";
}
