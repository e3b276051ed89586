using Dataplane.TestKit;

namespace Dataplane.Cli.Tests;

/// <summary>A node's directories as install.sh finds them, with the reference plugins in them; in a place of its own.</summary>
internal sealed class PluginDirectory : IDisposable
{
    public PluginDirectory()
    {
        Root = Directory.CreateTempSubdirectory("dataplane-install-").FullName;
        Directory.CreateDirectory(Bin);
        Tool.Run("cp", "-a", ReferencePlugins.Directory, Cni).OrThrow();
        Reference = Tree(Cni);
    }

    /// <summary>The script that was installed beside the executables.</summary>
    public static string Script { get; } = Path.GetFullPath(Path.Combine(OurPlugins.Directory, "../../install.sh"));

    public string Root { get; }

    public string Cni => Path.Combine(Root, "cni");

    public string Kept => Cni + ".reference";

    public string Bin => Path.Combine(Root, "bin");

    /// <summary>What was there before, as <see cref="Tree"/> says it.</summary>
    public string[] Reference { get; }

    public string Plugin(string name) => Path.Combine(Cni, name);

    public string[] Names() => [.. Directory.GetFileSystemEntries(Cni).Select(Path.GetFileName).Order()!];

    public ToolResult Install() => Run(Script);

    public ToolResult RollBack() => Run(Script, "--rollback");

    public ToolResult Run(string script, params string[] arguments) => Tool.Run(script, [.. arguments, "--cni-dir", Cni, "--bin-dir", Bin]);

    /// <summary>The same, killed at one of its renames: before it is done.</summary>
    public ToolResult Killed(int rename, params string[] arguments)
    {
        string tools = Directory.CreateDirectory(Path.Combine(Root, "tools")).FullName, count = Path.Combine(tools, "count");
        File.WriteAllText(count, "");
        string mv = Path.Combine(tools, "mv");
        File.WriteAllText(mv, $"""
            #!/bin/bash
            echo >> {count}
            [ "$(wc -l < {count})" -ge {rename} ] || exec /usr/bin/mv "$@"
            kill -KILL $PPID

            """);
        File.SetUnixFileMode(mv, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var environment = new Dictionary<string, string> { ["PATH"] = $"{tools}:/usr/sbin:/usr/bin:/sbin:/bin" };
        return Tool.Run(Script, [.. arguments, "--cni-dir", Cni, "--bin-dir", Bin], environment, default);
    }

    /// <summary>Name, kind, mode, owner, time, target and content of everything below a directory, by name.</summary>
    public static string[] Tree(string directory) => [.. Directory.GetFileSystemEntries(directory).Order(StringComparer.Ordinal).Select(Facts)];

    public static string Facts(string path)
    {
        string facts = Tool.Out("find", path, "-maxdepth", "0", "-printf", "%f %y %m %U %T@ %l");
        return facts.Split(' ')[1] == "f" ? $"{facts} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path)))}" : facts;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
