using Dataplane.Interop;

namespace Dataplane.Bpf;

/// <summary>Where a node's pins and its lock are.</summary>
internal static class NodePaths
{
    private const uint LockMode = 0x180; // 0600

    public static string RunRoot => Environment.GetEnvironmentVariable("DATAPLANE_RUN") is { Length: > 0 } root ? root : "/run/dataplane";

    public static string Node(ulong cookie) => $"{BpfFileSystem.Root}/dataplane/{cookie}";

    public static string Map(string directory, string map) => $"{directory}/maps/{map}";

    public static string Program(string directory, string program) => $"{directory}/programs/{program}";

    /// <summary>Waits for the lock that loading and giving generations take.</summary>
    public static LockedFile Lock(ulong cookie)
    {
        string directory = $"{RunRoot}/{cookie}", path = $"{directory}/load.lock";
        while (true)
        {
            try
            {
                return LockedFile.Open(path, LockMode);
            }
            catch (LinuxException e) when (e.Errno == Errno.ENOENT)
            {
                // The node's first call, or somebody removed the node at this moment.
                Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }
    }

    public static void RemoveRunDirectoryIfEmpty(ulong cookie)
    {
        try
        {
            Directory.Delete($"{RunRoot}/{cookie}");
        }
        catch (IOException)
        {
            // Attachments' records are in it, or it is gone.
        }
    }
}
