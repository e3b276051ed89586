using Dataplane.Bpf;
using Dataplane.Interop;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>The node: the network namespace the caller is in, its netlink socket, its records and its programs.</summary>
public sealed class Node : IDisposable
{
    private readonly NodeOptions _options;
    private NodePrograms? _programs;
    private NodePrograms? _pinned;

    private Node(NodeOptions options)
    {
        _options = options;
        HostNamespace = NetworkNamespace.OpenCurrent();
        Rtnl = RtnlSocket.Open();
        Cookie = NetworkNamespace.CurrentCookie();
        Run = new RunDirectory(Cookie);
    }

    /// <summary>The host's network namespace.</summary>
    public NetworkNamespace HostNamespace { get; }

    /// <summary>Its cookie, which names the node in pins and records.</summary>
    public ulong Cookie { get; }

    /// <summary>A netlink socket of the host's namespace.</summary>
    public RtnlSocket Rtnl { get; }

    /// <summary>The address of the system's message bus, as D-Bus writes it; null: its usual place.</summary>
    public string? SystemBus { get; set; }

    /// <summary>Records and locks.</summary>
    public RunDirectory Run { get; }

    /// <summary>
    /// The node's programs and maps, loaded when nobody did yet. When an older build's were there, the containers that are
    /// attached get the new ones.
    /// </summary>
    /// <exception cref="NodeException">The kernel cannot; the sentence says what is missing.</exception>
    public NodePrograms Programs => _programs ??= OpenPrograms();

    /// <summary>Opens the node of the namespace this process is in. Nothing is loaded yet.</summary>
    /// <param name="options">What a first load takes; null for the defaults.</param>
    public static Node Open(NodeOptions? options = null) => new(options ?? new NodeOptions());

    /// <summary>The pinned programs and maps, of whatever build: for removing rows and for looking. Null when there are none.</summary>
    public NodePrograms? TryPinned() => _programs ?? (_pinned ??= NodePrograms.TryOpenAnyBuild(Cookie));

    /// <summary>The programs, when this call has opened them; they are not opened.</summary>
    internal NodePrograms? Opened => _programs ?? _pinned;

    /// <summary>Throws unless containers can be attached: the programs are pinned or can be.</summary>
    public void VerifyReady() => _ = Programs;

    /// <inheritdoc/>
    public void Dispose()
    {
        _programs?.Dispose();
        _pinned?.Dispose();
        Rtnl.Dispose();
        HostNamespace.Dispose();
    }

    private NodePrograms OpenPrograms()
    {
        if (NodePrograms.TryOpen(Cookie) is { } pinned)
        {
            return pinned;
        }

        try
        {
            return NodePrograms.Ensure(Cookie, _options, ReplaceAttached);
        }
        catch (Exception e) when (e is BpfLoadException or LinuxException)
        {
            throw new NodeException($"the node's programs cannot be loaded: {e.Message}", e);
        }
    }

    private void ReplaceAttached(NodePrograms loaded)
    {
        EndpointFilters.ReplaceAll(Rtnl, loaded);
        Uplinks.ReplaceAll(this, loaded);
        PodQueue.ReplaceAll(this, loaded);
        SocketLinks.Replace(Cookie);
    }
}
