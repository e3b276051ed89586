namespace Dataplane.Cni;

/// <summary>What a plugin's process offers to <see cref="PluginHost"/>. The library itself knows no kernel.</summary>
public interface ICniEnvironment
{
    /// <summary>Standard output, opened when first asked for: a closed descriptor throws here, and is reported like a failed write.</summary>
    Stream Stdout { get; }

    /// <summary>Standard error.</summary>
    Stream Stderr { get; }

    /// <summary>The value of an environment variable, or null.</summary>
    /// <param name="name">The variable: "CNI_COMMAND".</param>
    string? Get(string name);

    /// <summary>Opens standard input; it is read to its end. Not called for VERSION.</summary>
    Stream OpenStdin();

    /// <summary>
    /// Whether a path is the network namespace this process is in (the same device and inode). False when the path cannot be opened:
    /// the command itself decides what that means.
    /// </summary>
    /// <param name="path">CNI_NETNS, not empty.</param>
    /// <exception cref="CniException"><see cref="CniErrorCode.InvalidNetns"/> "get plugin's netns failed" when the own namespace cannot be opened.</exception>
    bool IsOwnNetns(string path);
}
