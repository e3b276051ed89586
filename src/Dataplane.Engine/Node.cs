using Dataplane.Bpf;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>The node: the network namespace the caller is in, its netlink socket, its records and its programs.</summary>
public sealed class Node : IDisposable
{
    private readonly NodeOptions _options;
    private NodePrograms? _programs;

    private Node(NodeOptions options)
    {
        _options = options;
        HostNamespace = NetworkNamespace.OpenCurrent();
        Rtnl = RtnlSocket.Open();
        Cookie = HostNamespace.Cookie;
        Run = new RunDirectory(Cookie);
    }

    /// <summary>The host's network namespace.</summary>
    public NetworkNamespace HostNamespace { get; }

    /// <summary>Its cookie, which names the node in pins and records.</summary>
    public ulong Cookie { get; }

    /// <summary>A netlink socket of the host's namespace.</summary>
    public RtnlSocket Rtnl { get; }

    /// <summary>Records and locks.</summary>
    public RunDirectory Run { get; }

    /// <summary>
    /// The node's programs and maps, loaded when nobody did yet. When an older build's were there, the containers that are
    /// attached get the new ones.
    /// </summary>
    /// <exception cref="NodeException">The kernel cannot; the sentence says what is missing.</exception>
    public NodePrograms Programs => _programs ??= OpenPrograms();

    /// <summary>The rows of the attached containers.</summary>
    public EndpointTable Endpoints => new(Programs, Run);

    /// <summary>Opens the node of the namespace this process is in. Nothing is loaded yet.</summary>
    /// <param name="options">What a first load takes; null for the defaults.</param>
    public static Node Open(NodeOptions? options = null) => new(options ?? new NodeOptions());

    /// <summary>The pinned programs and maps; null when there are none, or not of this build.</summary>
    public NodePrograms? TryPrograms() => _programs ??= NodePrograms.TryOpen(Cookie);

    /// <summary>Throws unless containers can be attached: the programs are pinned or can be.</summary>
    public void VerifyReady() => _ = Programs;

    /// <inheritdoc/>
    public void Dispose()
    {
        _programs?.Dispose();
        Rtnl.Dispose();
        HostNamespace.Dispose();
    }

    private NodePrograms OpenPrograms()
    {
        if (NodePrograms.TryOpen(Cookie) is { } pinned)
        {
            return pinned;
        }

        NodePrograms loaded = NodePrograms.Ensure(Cookie, _options);
        EndpointFilters.ReplaceAll(Rtnl, loaded);
        return loaded;
    }
}
