using System.Text;
using Dataplane.Interop;

namespace Dataplane.Engine;

/// <summary>
/// The patterns that say what an uplink is, instead of the routes. They belong to the node: the last ADD whose configuration has
/// them wrote them down, and an ADD of another network, or a refresh, goes by them too. An empty list gives the choice back to the routes.
/// </summary>
internal static class UplinkOverride
{
    private const string FileName = "uplinks";
    private const string NewName = "uplinks.new";
    private const uint FileMode = 0x180; // 0600
    private const uint DirectoryMode = 0x1c0; // 0700

    /// <summary>The node's patterns; empty: none.</summary>
    public static IReadOnlyList<string> Read(RunDirectory run)
    {
        using DirectoryFd? directory = DirectoryFd.TryOpen(run.Path);
        Span<byte> text = stackalloc byte[4096];
        int length = directory?.Read(FileName, text) ?? -1;
        return length > 0 ? Encoding.UTF8.GetString(text[..length]).Split('\n', StringSplitOptions.RemoveEmptyEntries) : [];
    }

    /// <summary>Writes patterns down unless they are there. Under the lock of the uplinks.</summary>
    public static void Write(RunDirectory run, IReadOnlyList<string> patterns)
    {
        if (IsSame(Read(run), patterns))
        {
            return;
        }

        using DirectoryFd directory = DirectoryFd.OpenOrCreate(run.Path, DirectoryMode);
        if (patterns.Count == 0)
        {
            _ = directory.Unlink(FileName);
            return;
        }

        directory.WriteNew(NewName, Encoding.UTF8.GetBytes(string.Join('\n', patterns)), FileMode, sync: false);
        directory.MoveFrom(directory, NewName, FileName);
    }

    /// <summary>Whether two lists say the same.</summary>
    public static bool IsSame(IReadOnlyList<string> one, IReadOnlyList<string> other)
    {
        if (one.Count != other.Count)
        {
            return false;
        }

        for (int i = 0; i < one.Count; i++)
        {
            if (one[i] != other[i])
            {
                return false;
            }
        }

        return true;
    }
}
