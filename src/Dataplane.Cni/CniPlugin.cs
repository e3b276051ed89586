namespace Dataplane.Cni;

/// <summary>
/// What one plugin does. Instances hold no state: everything about a call is in its <see cref="CniRequest"/>.
/// A method reports failure by throwing, best a <see cref="CniException"/>.
/// </summary>
public abstract class CniPlugin
{
    /// <summary>The plugin's type, which is its executable's name: "bridge".</summary>
    public abstract string Name { get; }

    /// <summary>The versions of configurations it accepts, ascending.</summary>
    public virtual IReadOnlyList<string> SupportedVersions => CniVersions.All;

    /// <summary>The line printed when the executable is started without CNI_COMMAND; empty makes that an error.</summary>
    public virtual string About => $"CNI {Name} plugin v{BuildInfo.Version}";

    /// <summary>Attaches the container and returns the result to print, or undoes everything and throws.</summary>
    /// <param name="request">The call; its netns path is not empty and not the plugin's own namespace.</param>
    public abstract CniResult Add(CniRequest request);

    /// <summary>Detaches the container; succeeds when it is detached already. The netns path may be empty or gone.</summary>
    /// <param name="request">The call.</param>
    public abstract void Del(CniRequest request);

    /// <summary>Throws unless the attachment is as <see cref="Add"/> left it.</summary>
    /// <param name="request">The call.</param>
    public virtual void Check(CniRequest request)
    {
    }

    /// <summary>Throws <see cref="CniErrorCode.PluginNotAvailable"/> or <see cref="CniErrorCode.LimitedConnectivity"/> when an ADD could not be served.</summary>
    /// <param name="request">The call; it names no container.</param>
    public virtual void Status(CniRequest request)
    {
    }

    /// <summary>Removes what belongs to attachments that are not in <see cref="NetworkConfig.ValidAttachments"/>.</summary>
    /// <param name="request">The call; it names no container.</param>
    public virtual void Gc(CniRequest request)
    {
    }
}
