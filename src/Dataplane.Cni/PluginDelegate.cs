using System.Text;

namespace Dataplane.Cni;

/// <summary>
/// Calls other plugins, as a main plugin calls its IPAM plugin: the same configuration on stdin, the same environment but for the command.
/// </summary>
/// <param name="executor">What runs them.</param>
/// <param name="stderr">Where the standard error of one that succeeded goes.</param>
public sealed class PluginDelegate(IPluginExecutor executor, Stream stderr)
{
    // About the five seconds the reference waits in all, but finely at first: most files are written in a moment.
    private static readonly int[] BusyWaitsMs = [10, 40, 200, 750, 2000, 2000];
    private static readonly string[] OldestVersions = ["0.1.0"];
    private static readonly string[] OldVersions = ["0.1.0", "0.2.0"];

    /// <summary>How to wait for a number of milliseconds.</summary>
    internal Action<int> Wait { get; init; } = Thread.Sleep;

    /// <summary>Finds a plugin's executable: the first file of its name in the path's directories. That it may be executed is not checked.</summary>
    /// <param name="type">The plugin's type.</param>
    /// <param name="cniPath">CNI_PATH: directories, separated by ':'.</param>
    /// <exception cref="CniException"><see cref="CniErrorCode.Internal"/>: there is none.</exception>
    public static string Find(string type, string cniPath)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(cniPath);
        if (type.Length == 0)
        {
            throw new CniException(CniErrorCode.Internal, "no plugin name provided") { LeavesNothing = true };
        }
        if (type.Contains('/'))
        {
            throw new CniException(CniErrorCode.Internal, $"invalid plugin name: {type}") { LeavesNothing = true };
        }
        if (cniPath.Length == 0)
        {
            throw new CniException(CniErrorCode.Internal, "no paths provided") { LeavesNothing = true };
        }
        string[] directories = cniPath.Split(':');
        foreach (string directory in directories)
        {
            string path = Path.Join(directory, type);
            // A link to nothing exists for File.Exists.
            if (File.Exists(path) && File.ResolveLinkTarget(path, returnFinalTarget: true) is null or { Exists: true })
            {
                return path;
            }
        }
        throw new CniException(CniErrorCode.Internal, $"failed to find plugin {GoText.Quote(type)} in path [{string.Join(' ', directories)}]") { LeavesNothing = true };
    }

    /// <summary>Calls a plugin's ADD.</summary>
    /// <param name="request">The caller's own call.</param>
    /// <param name="type">The plugin.</param>
    /// <returns>Its result, whichever version it answered in.</returns>
    /// <exception cref="CniException">Its own error, or why it could not be found, run or understood.</exception>
    public CniResult Add(CniRequest request, string type)
    {
        ArgumentNullException.ThrowIfNull(request);
        return ResultJson.Parse(Run(request, type, "ADD").Span, request.Config.CniVersion);
    }

    /// <summary>Calls a plugin's DEL.</summary>
    /// <param name="request">The caller's own call; with an empty netns path the plugin gets none either.</param>
    /// <param name="type">The plugin.</param>
    /// <exception cref="CniException">Its own error, or why it could not be found or run.</exception>
    public void Del(CniRequest request, string type) => _ = Run(request, type, "DEL");

    /// <summary>Calls a plugin's CHECK.</summary>
    /// <param name="request">The caller's own call.</param>
    /// <param name="type">The plugin.</param>
    /// <exception cref="CniException">Its own error, or why it could not be found or run.</exception>
    public void Check(CniRequest request, string type) => _ = Run(request, type, "CHECK");

    /// <summary>Calls a plugin's STATUS.</summary>
    /// <param name="request">The caller's own call.</param>
    /// <param name="type">The plugin.</param>
    /// <exception cref="CniException">Its own error, or why it could not be found or run.</exception>
    public void Status(CniRequest request, string type) => _ = Run(request, type, "STATUS");

    /// <summary>Calls a plugin's GC.</summary>
    /// <param name="request">The caller's own call.</param>
    /// <param name="type">The plugin.</param>
    /// <exception cref="CniException">Its own error, or why it could not be found or run.</exception>
    public void Gc(CniRequest request, string type) => _ = Run(request, type, "GC");

    /// <summary>Asks an executable for the versions it supports. One that does not know the question supports 0.1.0.</summary>
    /// <param name="binaryPath">The executable.</param>
    /// <exception cref="CniException">Its own error, or why it could not be run or understood.</exception>
    public IReadOnlyList<string> Versions(string binaryPath)
    {
        ReadOnlyMemory<byte> answer;
        try
        {
            // Plugins built before VERSION existed demand these variables first.
            answer = Run(
                binaryPath,
                Encoding.UTF8.GetBytes($$"""{"cniVersion":"{{CniVersions.Current}}"}"""),
                [new("CNI_COMMAND", "VERSION"), new("CNI_NETNS", "dummy"), new("CNI_IFNAME", "dummy"), new("CNI_PATH", "dummy")]);
        }
        catch (CniException e) when (e.ToString() == "unknown CNI_COMMAND: VERSION")
        {
            return OldestVersions;
        }
        JsonView json = JsonView.Parse(answer, CniErrorCode.Internal, "decoding version info: ").AsObject();
        string version = json.GetString("cniVersion");
        if (version.Length == 0)
        {
            throw json.Error("missing field cniVersion");
        }
        if (json.GetStrings("supportedVersions") is { Count: > 0 } supported)
        {
            return supported;
        }
        return version == "0.2.0" ? OldVersions : throw json.Error("missing field supportedVersions");
    }

    private ReadOnlyMemory<byte> Run(CniRequest request, string type, string command)
    {
        ArgumentNullException.ThrowIfNull(request);
        List<KeyValuePair<string, string>> overrides = [new("CNI_COMMAND", command)];
        if (command == "DEL" && request.NetnsPath.Length == 0)
        {
            overrides.Add(new("CNI_NETNS", ""));
        }
        return Run(Find(type, request.Path), request.Stdin.Span, overrides);
    }

    /// <summary>Runs an executable, again while it is being written, and passes its log on.</summary>
    /// <param name="binaryPath">The executable.</param>
    /// <param name="stdin">What it reads.</param>
    /// <param name="overrides">Variables set over the process's own.</param>
    /// <returns>What it wrote.</returns>
    /// <exception cref="CniException">Its own error, or why it could not be run.</exception>
    internal ReadOnlyMemory<byte> Run(string binaryPath, ReadOnlySpan<byte> stdin, List<KeyValuePair<string, string>> overrides)
    {
        PluginOutput output = executor.Execute(binaryPath, stdin, overrides);
        for (int i = 0; output.IsTextFileBusy && i < BusyWaitsMs.Length; i++)
        {
            Wait(BusyWaitsMs[i]);
            output = executor.Execute(binaryPath, stdin, overrides);
        }
        if (output.Failure is not null || output.IsTextFileBusy)
        {
            throw ErrorJson.Read(output);
        }
        if (!output.Stderr.IsEmpty)
        {
            Forward(output.Stderr.Span);
        }
        return output.Stdout;
    }

    private void Forward(ReadOnlySpan<byte> text)
    {
        try
        {
            stderr.Write(text);
        }
        catch (Exception e) when (StreamFailure.Is(e))
        {
            // Logs of a plugin that succeeded: nothing depends on them.
        }
    }
}
