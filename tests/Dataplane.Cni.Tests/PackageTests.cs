using System.Diagnostics;
using System.IO.Compression;

namespace Dataplane.Cni.Tests;

/// <summary>The library as a NuGet package of its own.</summary>
public sealed class PackageTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("dataplane-pack-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static string Root()
    {
        DirectoryInfo at = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Join(at.FullName, "Dataplane.sln")))
        {
            at = at.Parent!;
        }
        return at.FullName;
    }

    [Fact]
    public void It_packs_with_its_readme_and_documentation_and_without_dependencies()
    {
        // Built apart: the tests' own build is not disturbed.
        using Process pack = Process.Start(new ProcessStartInfo(
            "dotnet", ["pack", Path.Join(Root(), "src/Dataplane.Cni"), "--nologo", "-v", "q", "--output", _directory, $"-p:DataplaneBuildDir={_directory}/build/"])
        {
            RedirectStandardOutput = true,
        })!;
        string output = pack.StandardOutput.ReadToEnd();
        pack.WaitForExit();
        Assert.True(pack.ExitCode == 0, output);

        using ZipArchive package = ZipFile.OpenRead(Assert.Single(Directory.GetFiles(_directory, "Dataplane.Cni.*.nupkg")));
        string[] names = [.. package.Entries.Select(e => e.FullName)];
        Assert.Contains("README.md", names);
        Assert.Contains(names, n => n.StartsWith("lib/", StringComparison.Ordinal) && n.EndsWith("/Dataplane.Cni.dll", StringComparison.Ordinal));
        Assert.Contains(names, n => n.StartsWith("lib/", StringComparison.Ordinal) && n.EndsWith("/Dataplane.Cni.xml", StringComparison.Ordinal));
        using var reader = new StreamReader(package.GetEntry("Dataplane.Cni.nuspec")!.Open());
        string nuspec = reader.ReadToEnd();
        Assert.Contains("<license type=\"expression\">Apache-2.0</license>", nuspec);
        Assert.Contains("<readme>README.md</readme>", nuspec);
        Assert.DoesNotContain("<dependency ", nuspec);
    }
}
