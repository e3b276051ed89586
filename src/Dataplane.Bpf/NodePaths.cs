using System.Globalization;
using Dataplane.Abi;
using Dataplane.Interop;

namespace Dataplane.Bpf;

/// <summary>Where a node's pins and its lock are.</summary>
internal static class NodePaths
{
    private const uint LockMode = 0x180; // 0600

    public static string RunRoot => Environment.GetEnvironmentVariable("DATAPLANE_RUN") is { Length: > 0 } root ? root : "/run/dataplane";

    public static string Node(ulong cookie) => string.Concat(BpfFileSystem.Root, "/dataplane/", Text(cookie));

    /// <summary>Of the ABI this executable speaks.</summary>
    public static string Pins(ulong cookie) => string.Concat(Node(cookie), "/v", Text(AbiVersion.Current));

    public static string Map(string directory, string map) => $"{directory}/maps/{map}";

    public static string Program(string directory, string program) => $"{directory}/programs/{program}";

    /// <summary>What is attached to something that outlives the node is a link here.</summary>
    public static string Links(string directory) => $"{directory}/links";

    public static string Link(string directory, string program) => $"{directory}/links/{program}";

    public static string Run(ulong cookie) => string.Concat(RunRoot, "/", Text(cookie));

    /// <summary>Waits for the lock that loading and giving generations take.</summary>
    public static LockedFile Lock(ulong cookie)
    {
        string directory = Run(cookie), path = string.Concat(directory, "/load.lock");
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

    // Every ADD asks for these, and the first interpolation of a number costs a process 0.2 ms.
    private static string Text(ulong number) => number.ToString(CultureInfo.InvariantCulture);

    public static void RemoveRunDirectoryIfEmpty(ulong cookie)
    {
        try
        {
            Directory.Delete(Run(cookie));
        }
        catch (IOException)
        {
            // Attachments' records are in it, or it is gone.
        }
    }
}
