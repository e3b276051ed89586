namespace Dataplane.Plugins;

/// <summary>Who lets a container's connections through.</summary>
internal enum FirewallBackend
{
    /// <summary>firewalld where it runs, else the programs.</summary>
    Any,

    /// <summary>The programs: what the reference does by iptables.</summary>
    Programs,

    /// <summary>firewalld.</summary>
    Firewalld,
}
