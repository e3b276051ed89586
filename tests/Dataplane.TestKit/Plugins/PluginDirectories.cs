namespace Dataplane.TestKit;

/// <summary>The reference implementation, as Debian packs it.</summary>
public static class ReferencePlugins
{
    public static string Directory => "/usr/lib/cni";
}

/// <summary>What this repository installs; DATAPLANE_PLUGINS names another place.</summary>
public static class OurPlugins
{
    public static string Directory { get; } =
        Environment.GetEnvironmentVariable("DATAPLANE_PLUGINS") is { Length: > 0 } given ? given : Path.Combine(Repository.Root, "artifacts/cni/bin");
}

/// <summary>The source tree the tests were built from.</summary>
public static class Repository
{
    /// <summary>The directory that holds Dataplane.sln.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Dataplane.sln")))
            {
                return at.FullName;
            }
        }
        throw new DirectoryNotFoundException($"no Dataplane.sln above {AppContext.BaseDirectory}");
    }
}
