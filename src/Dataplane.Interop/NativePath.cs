namespace Dataplane.Interop;

/// <summary>Paths on their way to the kernel, for which a text ends with its first NUL.</summary>
internal static class NativePath
{
    /// <summary>Throws for a path that would become another one.</summary>
    /// <param name="path">The path.</param>
    /// <exception cref="LinuxException">EINVAL.</exception>
    public static void Require(string path)
    {
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            throw new LinuxException("open", path.Replace('\0', '?'), Errno.EINVAL);
        }
    }
}
