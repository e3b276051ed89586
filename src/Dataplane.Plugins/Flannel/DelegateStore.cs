using Dataplane.Cni;
using Dataplane.Interop;

namespace Dataplane.Plugins;

/// <summary>
/// The configurations that were made for running containers, a file each under the container's id: DEL has to use the one that ADD used, whatever flanneld says
/// meanwhile. Written before the other plugin is called, so that they are also the record of an ADD that is killed. The reference's place and format.
/// </summary>
/// <param name="dataDir">The directory.</param>
internal sealed class DelegateStore(string dataDir)
{
    private const uint DirectoryMode = 0x1c0; // 0700
    private const uint FileMode = 0x180; // 0600
    private const string Draft = ".new";

    /// <summary>The containers that have one.</summary>
    public List<string> Containers()
    {
        using DirectoryFd? directory = DirectoryFd.TryOpen(dataDir);
        List<string> names = directory?.List() ?? [];
        names.RemoveAll(static name => name.EndsWith(Draft, StringComparison.Ordinal));
        return names;
    }

    /// <summary>A container's configuration.</summary>
    /// <param name="containerId">The container.</param>
    /// <returns>Null when there is none.</returns>
    public byte[]? Read(string containerId)
    {
        using DirectoryFd? directory = DirectoryFd.TryOpen(dataDir);
        byte[] buffer = new byte[8 * 1024];
        int length = directory?.Read(containerId, buffer) ?? -1;
        while (length == buffer.Length)
        {
            buffer = new byte[buffer.Length * 4];
            length = directory!.Read(containerId, buffer);
        }

        return length < 0 ? null : buffer.AsSpan(0, length).ToArray();
    }

    /// <summary>Keeps a container's configuration, at once as a whole.</summary>
    /// <param name="containerId">The container.</param>
    /// <param name="config">The configuration.</param>
    public void Write(string containerId, ReadOnlySpan<byte> config)
    {
        using DirectoryFd directory = DirectoryFd.OpenOrCreate(dataDir, DirectoryMode);
        string draft = string.Concat(containerId, Draft);
        directory.WriteNew(draft, config, FileMode, sync: true);
        directory.MoveFrom(directory, draft, containerId);
    }

    /// <summary>Forgets a container's.</summary>
    /// <param name="containerId">The container.</param>
    public void Remove(string containerId)
    {
        using DirectoryFd? directory = DirectoryFd.TryOpen(dataDir);
        _ = directory?.Unlink(containerId);
    }

    /// <summary>A made configuration, as far as it is read again.</summary>
    /// <param name="config">Its bytes.</param>
    /// <returns>Null for what is no configuration: a file that a power failure left.</returns>
    public static NetworkConfig? TryParse(byte[] config)
    {
        try
        {
            return NetworkConfig.Parse(config);
        }
        catch (CniException)
        {
            return null;
        }
    }
}
