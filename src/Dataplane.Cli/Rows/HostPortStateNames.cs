namespace Dataplane.Cli.Rows;

/// <summary>Whether a host port leads anywhere.</summary>
internal static class HostPortStateNames
{
    /// <summary>Its owner is attached.</summary>
    public const string Alive = "alive";

    /// <summary>Its owner was detached.</summary>
    public const string Dead = "dead";
}
