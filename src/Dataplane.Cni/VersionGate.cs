namespace Dataplane.Cni;

/// <summary>Whether a command may be run for a configuration's version.</summary>
internal static class VersionGate
{
    /// <summary>Throws unless it may.</summary>
    /// <param name="command">The command.</param>
    /// <param name="version">The configuration's version.</param>
    /// <param name="supported">The plugin's versions.</param>
    public static void Check(CniCommand command, string version, IReadOnlyList<string> supported)
    {
        (string since, string name) = command switch
        {
            CniCommand.Check => ("0.4.0", "CHECK"),
            CniCommand.Gc => ("1.1.0", "GC"),
            CniCommand.Status => ("1.1.0", "STATUS"),
            _ => ("", ""),
        };
        if (since.Length > 0)
        {
            if (CniVersions.Compare(version, since) < 0)
            {
                throw new CniException(CniErrorCode.IncompatibleVersion, $"config version does not allow {name}");
            }
            if (!AnyReaches(version, supported))
            {
                throw new CniException(CniErrorCode.IncompatibleVersion, $"plugin version does not allow {name}");
            }
        }
        for (int i = 0; i < supported.Count; i++)
        {
            if (supported[i] == version)
            {
                return;
            }
        }
        throw new CniException(
            CniErrorCode.IncompatibleVersion,
            "incompatible CNI versions",
            $"config is {GoText.Quote(version)}, plugin supports {GoText.QuoteList(supported)}");
    }

    private static bool AnyReaches(string version, IReadOnlyList<string> supported)
    {
        for (int i = 0; i < supported.Count; i++)
        {
            if (CniVersions.Compare(supported[i], version) >= 0)
            {
                return true;
            }
        }
        return false;
    }
}
