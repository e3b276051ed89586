namespace Dataplane.Cli.Tests;

/// <summary>Files of the tree this test was built from.</summary>
internal static class SourceTree
{
    public static string Read(string file)
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Dataplane.sln")))
            {
                return File.ReadAllText(Path.Combine(folder, file));
            }
        }

        throw new InvalidOperationException($"no Dataplane.sln above {AppContext.BaseDirectory}");
    }
}
