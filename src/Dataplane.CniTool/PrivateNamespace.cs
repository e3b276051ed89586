using Dataplane.Interop;
using Dataplane.Netlink;

namespace Dataplane.CniTool;

/// <summary>
/// A network namespace without a name: it is this process's descriptor, and ends with the last process in it, however this one ends.
/// </summary>
internal sealed class PrivateNamespace : IDisposable
{
    // The first device of every namespace.
    private const int LoopbackIndex = 1;
    private readonly NetworkNamespace _namespace;

    private PrivateNamespace(NetworkNamespace created) => _namespace = created;

    /// <summary>The path that leads other processes to it while this one lives.</summary>
    public string Path => $"/proc/{Environment.ProcessId}/fd/{_namespace.Handle.Number}";

    /// <summary>Makes it, with lo up.</summary>
    /// <exception cref="LinuxException">Not allowed, or not possible.</exception>
    public static PrivateNamespace Create()
    {
        using NetworkNamespace.Scope inside = NetworkNamespace.EnterNew();
        using RtnlSocket rtnl = RtnlSocket.Open();
        RtnlBatch batch = rtnl.Batch();
        batch.SetLinkUp(LoopbackIndex);
        rtnl.Send(batch);
        return new PrivateNamespace(NetworkNamespace.OpenCurrent());
    }

    /// <summary>Starts a command in it.</summary>
    /// <param name="command">The command and its arguments.</param>
    /// <param name="environment">All of its environment.</param>
    /// <exception cref="LinuxException">"exec": it could not be started.</exception>
    public ForegroundProcess Start(IReadOnlyList<string> command, IReadOnlyList<string> environment)
    {
        using NetworkNamespace.Scope inside = _namespace.Enter();
        return ForegroundProcess.Start(command, environment);
    }

    /// <inheritdoc/>
    public void Dispose() => _namespace.Dispose();
}
