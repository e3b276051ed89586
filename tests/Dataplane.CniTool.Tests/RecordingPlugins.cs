namespace Dataplane.CniTool.Tests;

/// <summary>Plugins that are a shell script: they keep what they were given, and answer what a file beside them says.</summary>
internal sealed class RecordingPlugins
{
    private const string Script = """
        #!/bin/sh
        here=$(dirname "$0"); me=$(basename "$0")
        n=$(ls "$here/calls" | wc -l)
        { echo "$me"; env | grep ^CNI_ | sort; cat; } > "$here/calls/$(printf %03d "$n")"
        if [ -e "$here/$me.$CNI_COMMAND.fail" ]; then cat "$here/$me.$CNI_COMMAND.fail"; exit 1; fi
        if [ "$CNI_COMMAND" = ADD ]; then cat "$here/$me.result"; fi
        if [ "$CNI_COMMAND" = VERSION ]; then echo '{"cniVersion":"1.0.0","supportedVersions":["0.4.0","1.0.0"]}'; fi
        exit 0
        """;

    public RecordingPlugins(string directory, params (string Name, string Result)[] plugins)
    {
        Directory = directory;
        System.IO.Directory.CreateDirectory(Path.Combine(directory, "calls"));
        foreach ((string name, string result) in plugins)
        {
            string file = Path.Combine(directory, name);
            File.WriteAllText(file, Script);
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            File.WriteAllText($"{file}.result", result);
        }
    }

    public string Directory { get; }

    public void Fail(string plugin, string command, string output) => File.WriteAllText(Path.Combine(Directory, $"{plugin}.{command}.fail"), output);

    /// <summary>What the plugins were given since the last time, one text a call.</summary>
    public string[] TakeCalls()
    {
        string[] files = [.. System.IO.Directory.GetFiles(Path.Combine(Directory, "calls")).Order(StringComparer.Ordinal)];
        string[] calls = [.. files.Select(File.ReadAllText)];
        Array.ForEach(files, File.Delete);
        return calls;
    }
}
