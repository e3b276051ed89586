using Dataplane.Cni;
using Dataplane.Interop;

namespace Dataplane.Plugins;

/// <summary>The process itself: its variables, descriptors 0, 1 and 2, and the namespace it is in.</summary>
internal class ProcessEnvironment : ICniEnvironment
{
    private const string OwnNetns = "/proc/thread-self/ns/net";

    /// <inheritdoc/>
    public virtual Stream Stdout { get; } = new FdStream(1);

    /// <inheritdoc/>
    public virtual Stream Stderr { get; } = new FdStream(2);

    /// <inheritdoc/>
    public virtual string? Get(string name) => Environment.GetEnvironmentVariable(name);

    /// <inheritdoc/>
    public virtual Stream OpenStdin() => new FdStream(0);

    /// <inheritdoc/>
    public bool IsOwnNetns(string path)
    {
        FileIdentity own;
        try
        {
            own = FileIdentity.Of(OwnNetns);
        }
        catch (LinuxException e)
        {
            throw new CniException(CniErrorCode.InvalidNetns, "get plugin's netns failed", e.Message, e);
        }

        try
        {
            return FileIdentity.Of(path) == own;
        }
        catch (LinuxException)
        {
            return false;
        }
    }
}
