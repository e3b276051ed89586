namespace Dataplane.Engine;

/// <summary>
/// A value of a network namespace by its path below /proc/sys. In a key "IFNAME" stands for the container's interface, whose name may hold dots of
/// its own: so the key's dots are separators, the name's are not.
/// </summary>
public sealed class SysctlName
{
    private const string Placeholder = "IFNAME";
    private const string Network = "net";

    private SysctlName(string[] parts) => Parts = parts;

    /// <summary>"net", "ipv4", "ip_forward".</summary>
    public IReadOnlyList<string> Parts { get; }

    /// <summary>Reads a key.</summary>
    /// <param name="key">"net.ipv4.conf.IFNAME.arp_filter", or the same with slashes.</param>
    /// <param name="ifName">The container's interface.</param>
    /// <returns>Null for one that is not of the network.</returns>
    public static SysctlName? TryParse(string key, string ifName)
    {
        ArgumentNullException.ThrowIfNull(key);
        string path = key.Replace('.', '/');
        int at = path.IndexOf(Placeholder, StringComparison.Ordinal);
        if (at >= 0)
        {
            path = string.Concat(path.AsSpan(0, at), ifName, path.AsSpan(at + Placeholder.Length));
        }

        // No part is "..": every dot of the key has become a separator.
        string[] parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length > 1 && parts[0] == Network && !path.Contains('\0', StringComparison.Ordinal) ? new SysctlName(parts) : null;
    }

    /// <summary>Reads what <see cref="ToString"/> gave.</summary>
    /// <param name="path">"net/ipv4/conf/eth0.5/arp_filter".</param>
    /// <returns>Null for a path that is not of the network.</returns>
    public static SysctlName? TryParsePath(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        string[] parts = path.Split('/');
        foreach (string part in parts)
        {
            if (part is "" or "." or "..")
            {
                return null;
            }
        }

        return parts.Length > 1 && parts[0] == Network ? new SysctlName(parts) : null;
    }

    /// <summary>The path below /proc/sys.</summary>
    public override string ToString() => string.Join('/', Parts);
}
