namespace Dataplane.Cni.Runtime;

/// <summary>
/// The directory with a node's networks, mostly /etc/cni/net.d: *.conflist, and of older days *.conf and *.json with one plugin each.
/// A missing directory is an empty one.
/// </summary>
public static class NetworkDirectory
{
    /// <summary>Where networks are when nobody says otherwise.</summary>
    public const string Default = "/etc/cni/net.d";

    private static readonly string[] s_lists = [".conflist"];
    private static readonly string[] s_plugins = [".conf", ".json"];

    /// <summary>
    /// Finds a network: the first list of its name in the order of file names, else the first single plugin. As in libcni, a file before it that
    /// cannot be read is an error, whatever network it is of.
    /// </summary>
    /// <param name="directory">The directory.</param>
    /// <param name="name">The network.</param>
    /// <exception cref="CniException">There is none, or a file on the way cannot be read.</exception>
    public static NetworkList Find(string directory, string name)
    {
        ArgumentNullException.ThrowIfNull(directory);
        ArgumentNullException.ThrowIfNull(name);
        List<string> lists = Files(directory, s_lists, "");
        foreach (string file in lists)
        {
            NetworkList list = NetworkList.Load(file);
            if (list.Name == name)
            {
                return list;
            }
        }
        List<string> plugins = Files(directory, s_plugins, "");
        foreach (string file in plugins)
        {
            PluginConfig plugin = PluginConfig.Parse(ReadFile(file));
            if (plugin.Name == name)
            {
                return NetworkList.FromPlugin(plugin);
            }
        }
        throw new CniException(CniErrorCode.InvalidNetworkConfig, lists.Count + plugins.Count == 0
            ? $"no net configurations found in {directory}"
            : $"no net configuration with name \"{name}\" in {directory}");
    }

    /// <summary>The files of a directory, not of those in it, that have one of the extensions; in the order of their names.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="extensions">".conflist", in this case.</param>
    /// <exception cref="CniException">The directory exists and cannot be read.</exception>
    public static IReadOnlyList<string> Files(string directory, params string[] extensions)
    {
        ArgumentNullException.ThrowIfNull(directory);
        ArgumentNullException.ThrowIfNull(extensions);
        return Files(directory, extensions, "");
    }

    internal static List<string> Files(string directory, string[] extensions, string failure)
    {
        List<string> files = [];
        try
        {
            if (File.Exists(directory))
            {
                throw new CniException(CniErrorCode.Io, $"{failure}readdirent {directory}: not a directory");
            }
            foreach (string file in Directory.GetFiles(directory))
            {
                if (Array.IndexOf(extensions, Path.GetExtension(file)) >= 0)
                {
                    files.Add(file);
                }
            }
        }
        catch (DirectoryNotFoundException)
        {
            return files;
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            throw new CniException(CniErrorCode.Io, failure + FileFailure.Describe("open", directory, e), "", e);
        }
        files.Sort(StringComparer.Ordinal);
        return files;
    }

    internal static byte[] ReadFile(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            throw new CniException(CniErrorCode.Io, $"error reading {path}: {FileFailure.Describe("open", path, e)}", "", e);
        }
    }
}
