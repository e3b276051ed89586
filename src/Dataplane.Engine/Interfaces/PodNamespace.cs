using Dataplane.Interop;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>Opens containers' network namespaces with the error texts that runtimes match on.</summary>
internal static class PodNamespace
{
    /// <exception cref="NodeException">"failed to open netns …".</exception>
    public static NetworkNamespace Open(string path)
    {
        try
        {
            return NetworkNamespace.Open(path);
        }
        catch (Exception e) when (e is LinuxException or NotANamespaceException)
        {
            throw new NodeException($"failed to open netns \"{path}\": {Reason(e, path)}", e);
        }
    }

    /// <summary>The namespace, or null when the path is empty, leads nowhere or to something else: there is nothing to detach from then.</summary>
    public static NetworkNamespace? TryOpen(string path)
    {
        if (path.Length == 0)
        {
            return null;
        }

        try
        {
            return NetworkNamespace.Open(path);
        }
        catch (Exception e) when (e is LinuxException or NotANamespaceException)
        {
            return null;
        }
    }

    private static string Reason(Exception e, string path) =>
        e is LinuxException { Operation: "statfs" } ? $"failed to Statfs \"{path}\": {Kernel.Reason(e)}" : e is LinuxException ? $"open {path}: {Kernel.Reason(e)}" : e.Message;
}
