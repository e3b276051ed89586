using Dataplane.TestKit;

namespace Dataplane.CniTool.Tests;

/// <summary>The programs that are compared.</summary>
internal static class Executables
{
    private static readonly Lazy<string> s_oracle = new(BuildOracle);

    /// <summary>Ours, built and installed.</summary>
    public static string CniTool => Path.Combine(Repository.Root, "artifacts/bin/cnitool");

    /// <summary>The original libcni, built from Debian's source when first asked for.</summary>
    public static string Oracle => s_oracle.Value;

    /// <summary>What is missing for it; null: nothing.</summary>
    public static string? OracleMissing { get; } = FindMissing();

    private static string? FindMissing()
    {
        if (!File.Exists("/usr/share/gocode/src/github.com/containernetworking/cni/libcni/api.go"))
        {
            return "the original libcni's source (package golang-github-appc-cni-dev) is not installed";
        }
        return File.Exists("/usr/bin/go") ? null : "no Go compiler (package golang-go)";
    }

    private static string BuildOracle()
    {
        string directory = Path.Combine(AppContext.BaseDirectory, "Oracle");
        string executable = Path.Combine(directory, "oracle");
        Tool.Run("/bin/bash", Path.Combine(directory, "build.sh"), executable).OrThrow();
        return executable;
    }
}
