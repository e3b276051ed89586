using Dataplane.Bpf;
using Dataplane.Interop;

namespace Dataplane.Engine;

/// <summary>
/// Processes of the node reach host ports by their sockets. The programs are attached with the node's first host port, at the
/// root cgroup; a node without host ports costs the machine nothing there.
/// </summary>
public static class HostSockets
{
    /// <summary>Attaches the programs of a node unless they are: then it is a few calls to stat(2).</summary>
    /// <param name="node">The node.</param>
    /// <exception cref="NodeException">It does not work; the sentence says what is missing. Host ports work from everywhere else.</exception>
    public static void Ensure(Node node)
    {
        ArgumentNullException.ThrowIfNull(node);
        _ = node.Programs;
        if (SocketLinks.ArePinned(node.Cookie))
        {
            return;
        }

        try
        {
            using FileDescriptor root = CgroupRoot.Open();
            SocketLinks.Attach(node.Cookie, root);
        }
        catch (LinuxException e)
        {
            throw new NodeException($"host ports cannot be reached from the node itself: {Reason(e)}", e);
        }
    }

    /// <summary>Throws unless every program is attached.</summary>
    /// <param name="node">The node.</param>
    /// <exception cref="NodeException">One is not.</exception>
    public static void Verify(Node node)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (SocketLinks.Missing(node.Cookie) is { Count: > 0 } missing)
        {
            throw new NodeException($"the node's program {missing[0]} is not attached to the root cgroup; the next ADD with a host port attaches it");
        }
    }

    private static string Reason(LinuxException e) => e.Errno switch
    {
        Errno.E2BIG => "the root cgroup has 64 programs of this kind already, as many as the kernel takes",
        Errno.EPERM => "not permitted at the root cgroup, or somebody attached a program there that tolerates no other",
        Errno.ENODEV => "the kernel has no cgroup2",
        _ => e.Message,
    };
}
