namespace Dataplane.Netlink;

/// <summary>A path exists but no namespace is behind it.</summary>
/// <param name="path">The path.</param>
/// <param name="magic">f_type of the file system it is on, statfs(2).</param>
public sealed class NotANamespaceException(string path, long magic)
    : Exception($"unknown FS magic on \"{path}\": {magic:x}")
{
    /// <summary>The path.</summary>
    public string Path { get; } = path;

    /// <summary>f_type of the file system it is on.</summary>
    public long Magic { get; } = magic;
}
