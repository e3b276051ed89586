using Dataplane.Interop;

namespace Dataplane.Engine;

/// <summary>Removes what is in a node's run directory besides records: whatever somebody uses at this moment stays, and the directory with it.</summary>
internal static class RunFiles
{
    private const string LockEnding = ".lock";

    /// <summary>Removes directories without records, the uplinks' patterns, and locks that nobody holds. Under the lock of the uplinks.</summary>
    public static void Remove(Node node)
    {
        foreach (RunDirectory records in AttachedContainers.Records(node))
        {
            RemoveIfEmpty(records.Attachments);
        }

        UplinkOverride.Write(node.Run, []);
        using DirectoryFd? directory = DirectoryFd.TryOpen(node.Run.Path);
        foreach (string name in directory?.List() ?? [])
        {
            if (name.EndsWith(LockEnding, StringComparison.Ordinal))
            {
                using LockedFile? free = LockedFile.TryOpenUnlocked($"{node.Run.Path}/{name}");
                free?.Remove();
            }
        }
    }

    /// <summary>Removes a directory with nothing in it. Whoever makes a file there at this moment makes it again.</summary>
    public static void RemoveIfEmpty(string path)
    {
        try
        {
            Directory.Delete(path);
        }
        catch (IOException)
        {
            // A record is in it, or it is gone.
        }
    }
}
