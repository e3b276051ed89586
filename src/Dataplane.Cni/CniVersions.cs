namespace Dataplane.Cni;

/// <summary>The versions of the CNI specification.</summary>
public static class CniVersions
{
    /// <summary>The version of this library itself, which has nothing to do with the specification's.</summary>
    public const string Library = BuildInfo.Version;

    /// <summary>The newest version this library speaks.</summary>
    public const string Current = "1.1.0";

    /// <summary>The version of a configuration or result that names none.</summary>
    public const string Default = "0.1.0";

    /// <summary>Every version, ascending.</summary>
    public static IReadOnlyList<string> All { get; } = ["0.1.0", "0.2.0", "0.3.0", "0.3.1", "0.4.0", "1.0.0", Current];

    /// <summary>The versions from one on: what a chained plugin supports.</summary>
    /// <param name="version">One of <see cref="All"/>.</param>
    public static IReadOnlyList<string> From(string version)
    {
        int first = 0;
        while (All[first] != version)
        {
            first++;
        }
        string[] versions = new string[All.Count - first];
        for (int i = 0; i < versions.Length; i++)
        {
            versions[i] = All[first + i];
        }
        return versions;
    }

    /// <summary>Orders two versions by their numbers.</summary>
    /// <param name="left">The one.</param>
    /// <param name="right">The other.</param>
    /// <returns>Negative, zero or positive, as <paramref name="left"/> is older, equal or newer.</returns>
    /// <exception cref="CniException"><see cref="CniErrorCode.Decoding"/>: one is not a version.</exception>
    public static int Compare(string left, string right) => Parse(left).CompareTo(Parse(right));

    /// <summary>Reads a version: up to three decimal numbers, missing ones are 0; no text is <see cref="Default"/>.</summary>
    /// <param name="version">"1.1.0".</param>
    /// <exception cref="CniException"><see cref="CniErrorCode.Decoding"/>: it is not a version.</exception>
    public static (int Major, int Minor, int Micro) Parse(string version)
    {
        ArgumentNullException.ThrowIfNull(version);
        if (version.Length == 0)
        {
            return (0, 1, 0);
        }
        string[] parts = version.Split('.');
        if (parts.Length > 3)
        {
            throw new CniException(CniErrorCode.Decoding, $"invalid version {GoText.Quote(version)}: too many parts");
        }
        return (Part(parts, 0, "major"), Part(parts, 1, "minor"), Part(parts, 2, "micro"));
    }

    private static int Part(string[] parts, int index, string name)
    {
        if (index >= parts.Length)
        {
            return 0;
        }
        string part = parts[index];
        if (int.TryParse(part, System.Globalization.NumberStyles.AllowLeadingSign, null, out int value))
        {
            return value;
        }
        string quoted = GoText.Quote(part);
        string why = part.AsSpan().TrimStart("+-").ContainsAnyExceptInRange('0', '9') || part is "" or "+" or "-" ? "invalid syntax" : "value out of range";
        throw new CniException(CniErrorCode.Decoding, $"failed to convert {name} version part {quoted}: strconv.Atoi: parsing {quoted}: {why}");
    }
}
