namespace Dataplane.Cli.Rows;

/// <summary>The words for <c>enum dp_nat_kind</c>.</summary>
internal static class NatKindNames
{
    /// <summary>A pod's connection, as the node's.</summary>
    public const string Masquerade = "masquerade";

    /// <summary>A connection to a host port, as the pod's.</summary>
    public const string HostPort = "hostport";

    /// <summary>The host's own connection, moved aside from a pod's port.</summary>
    public const string Host = "host";

    /// <summary>All of them, for the command line.</summary>
    public static IReadOnlyList<string> All { get; } = [Masquerade, HostPort, Host];
}
