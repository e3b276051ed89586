using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Dataplane.Cni;

/// <summary>
/// Runs one call of a plugin: reads environment and stdin, checks them, calls the plugin, prints what it answers.
/// Every exit status but 0 goes with exactly one error object on stdout.
/// </summary>
/// <remarks>
/// Three deliberate differences from the reference. It compares CNI_NETNS with its own namespace after the work is done and the result printed;
/// here an ADD is refused before anything is done, and a DEL is done as if the namespace were gone, so that nothing of the host's is taken down
/// for a container's and leases are freed all the same, before the same error is reported. An ADD whose result cannot be printed is undone.
/// </remarks>
public static class PluginHost
{
    private const string OwnNetns = "plugin's netns and netns from CNI_NETNS should not be the same";

    /// <summary>Runs the call.</summary>
    /// <param name="plugin">The plugin.</param>
    /// <param name="environment">The process.</param>
    /// <returns>The exit status: 0, or 1 with an error object on stdout.</returns>
    public static int Run(CniPlugin plugin, ICniEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(plugin);
        ArgumentNullException.ThrowIfNull(environment);
        CniException error;
        try
        {
            RunCall(plugin, environment);
            return 0;
        }
        catch (CniException e)
        {
            error = e;
        }
        // Whatever went wrong, the runtime gets an error object: without one it cannot tell the user anything.
        catch (Exception e)
        {
            error = new CniException(CniErrorCode.Internal, e.Message.Length > 0 ? e.Message : e.GetType().Name, "", e);
        }
        Report(environment, error);
        return 1;
    }

    private static void RunCall(CniPlugin plugin, ICniEnvironment environment)
    {
        if (string.IsNullOrEmpty(environment.Get("CNI_COMMAND")) && plugin.About.Length > 0)
        {
            PrintAbout(plugin, environment.Stderr);
            return;
        }
        CallEnvironment call = CallEnvironment.Read(environment);
        if (call.Command == CniCommand.Version)
        {
            PrintVersions(plugin, environment);
            return;
        }

        ReadOnlyMemory<byte> stdin = ReadStdin(environment);
        JsonView root = JsonView.Parse(stdin, JsonErrors.Config).AsObject();
        CniNames.CheckNetworkName(root.GetString("name"));
        if (call.Command is not { } command)
        {
            throw new CniException(CniErrorCode.InvalidEnvironment, $"unknown CNI_COMMAND: {call.CommandName}");
        }
        VersionGate.Check(command, NetworkConfig.ReadVersion(root), plugin.SupportedVersions);
        Dispatch(plugin, environment, new CniRequest
        {
            Command = command,
            ContainerId = call.ContainerId,
            NetnsPath = call.NetnsPath,
            IfName = call.IfName,
            Args = call.Args,
            Path = call.Path,
            NetnsOverride = call.NetnsOverride,
            Config = NetworkConfig.Read(root),
            Stdin = stdin,
        });
    }

    private static void Dispatch(CniPlugin plugin, ICniEnvironment environment, CniRequest request)
    {
        switch (request.Command)
        {
            case CniCommand.Add:
                if (IsOwnNetns(environment, request))
                {
                    throw new CniException(CniErrorCode.InvalidNetns, OwnNetns);
                }
                Add(plugin, environment, request);
                break;
            case CniCommand.Del:
                bool own = IsOwnNetns(environment, request);
                plugin.Del(own ? request.As(CniCommand.Del, netnsPath: "") : request);
                if (own)
                {
                    throw new CniException(CniErrorCode.InvalidNetns, OwnNetns);
                }
                break;
            case CniCommand.Check:
                plugin.Check(request);
                break;
            case CniCommand.Gc:
                RequireNames(request.Config.ValidAttachments);
                plugin.Gc(request);
                break;
            default:
                plugin.Status(request);
                break;
        }
    }

    // An attachment without a name would be none that is kept, and a list that was written down wrong the end of all that run.
    private static void RequireNames(IReadOnlyList<CniAttachment>? valid)
    {
        for (int i = 0; i < valid?.Count; i++)
        {
            string missing = valid[i].ContainerId.Length == 0 ? "containerID" : valid[i].IfName.Length == 0 ? "ifname" : "";
            if (missing.Length > 0)
            {
                throw new CniException(CniErrorCode.InvalidNetworkConfig, $"cni.dev/valid-attachments[{i}] has no {missing}: nothing is collected");
            }
        }
    }

    private static bool IsOwnNetns(ICniEnvironment environment, CniRequest request) =>
        !request.NetnsOverride && request.NetnsPath.Length > 0 && environment.IsOwnNetns(request.NetnsPath);

    private static void Add(CniPlugin plugin, ICniEnvironment environment, CniRequest request)
    {
        CniResult result = plugin.Add(request);
        try
        {
            var buffer = new ArrayBufferWriter<byte>(1024);
            ResultJson.Write(buffer, result, request.Config.CniVersion);
            Print(environment, buffer.WrittenSpan);
        }
        catch (Exception e)
        {
            Undo(plugin, environment, request, e);
            throw;
        }
    }

    // The runtime takes the ADD for failed, so nothing of it may stay. What undoing runs into is logged; the first failure is the one to report.
    private static void Undo(CniPlugin plugin, ICniEnvironment environment, CniRequest request, Exception cause)
    {
        try
        {
            plugin.Del(request.As(CniCommand.Del));
        }
        catch (Exception e)
        {
            Log(environment, $"{plugin.Name}: undoing the ADD after \"{cause.Message}\" failed: {e.Message}");
        }
    }

    private static byte[] ReadStdin(ICniEnvironment environment)
    {
        try
        {
            using Stream stdin = environment.OpenStdin();
            byte[] buffer = new byte[4096];
            int length = 0;
            while (stdin.Read(buffer, length, buffer.Length - length) is > 0 and int read)
            {
                length += read;
                if (length == buffer.Length)
                {
                    Array.Resize(ref buffer, length * 2);
                }
            }
            return buffer.AsSpan(0, length).ToArray();
        }
        catch (Exception e) when (StreamFailure.Is(e))
        {
            throw new CniException(CniErrorCode.Io, $"error reading from stdin: {StreamFailure.Reason(e)}", "", e);
        }
    }

    private static void PrintAbout(CniPlugin plugin, Stream stderr) =>
        stderr.Write(Encoding.UTF8.GetBytes($"{plugin.About}\nCNI protocol versions supported: {string.Join(", ", plugin.SupportedVersions)}\n"));

    private static void PrintVersions(CniPlugin plugin, ICniEnvironment environment)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, JsonLayout.Compact))
        {
            json.WriteStartObject();
            json.WriteString("cniVersion"u8, CniVersions.Current);
            json.WriteStartArray("supportedVersions"u8);
            foreach (string version in plugin.SupportedVersions)
            {
                json.WriteStringValue(version);
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        buffer.Write("\n"u8);
        Print(environment, buffer.WrittenSpan);
    }

    private static void Print(ICniEnvironment environment, ReadOnlySpan<byte> text)
    {
        try
        {
            environment.Stdout.Write(text);
            environment.Stdout.Flush();
        }
        catch (Exception e) when (StreamFailure.Is(e))
        {
            throw new CniException(CniErrorCode.Io, $"error writing to stdout: {StreamFailure.Reason(e)}", "", e);
        }
    }

    private static void Report(ICniEnvironment environment, CniException error)
    {
        try
        {
            ErrorJson.Write(environment.Stdout, error);
            environment.Stdout.Flush();
        }
        catch (Exception e) when (StreamFailure.Is(e))
        {
            Log(environment, $"{error}\nError writing error JSON to stdout: {StreamFailure.Reason(e)}");
        }
    }

    private static void Log(ICniEnvironment environment, string line)
    {
        try
        {
            environment.Stderr.Write(Encoding.UTF8.GetBytes(line + "\n"));
        }
        catch (Exception e) when (StreamFailure.Is(e))
        {
            // Neither stdout nor stderr can be written: there is nobody left to tell.
        }
    }
}
