using System.Collections;
using Dataplane.Cni;
using Dataplane.Interop;

namespace Dataplane.Plugins;

/// <summary>Runs other plugins: as children, or, when the executable is this one, inside this process, with the same input, output and files.</summary>
internal sealed class PluginExecutor : IPluginExecutor
{
    private const string OwnExecutable = "/proc/self/exe";

    /// <inheritdoc/>
    public PluginOutput Execute(string binaryPath, ReadOnlySpan<byte> stdin, IReadOnlyList<KeyValuePair<string, string>> cniEnvironmentOverrides)
    {
        if (IsOurs(binaryPath) && PluginCatalog.FindIpam(Path.GetFileName(binaryPath)) is { } plugin)
        {
            using var environment = new DelegatedEnvironment(stdin.ToArray(), cniEnvironmentOverrides);
            int status = PluginHost.Run(plugin, environment);
            return new PluginOutput { Stdout = environment.Output, Stderr = environment.Errors, Failure = status == 0 ? null : $"exit status {status}" };
        }

        try
        {
            int status = ChildProcess.Run(binaryPath, Merge(cniEnvironmentOverrides), stdin, out byte[] stdout, out byte[] stderr);
            return new PluginOutput { Stdout = stdout, Stderr = stderr, Failure = Describe(status) };
        }
        catch (LinuxException e)
        {
            return new PluginOutput { Failure = $"fork/exec {binaryPath}: {Errno.Text(e.Errno)}", IsTextFileBusy = e.Errno == Errno.ETXTBSY };
        }
    }

    private static bool IsOurs(string binaryPath)
    {
        try
        {
            return FileIdentity.Of(binaryPath) == FileIdentity.Of(OwnExecutable);
        }
        catch (LinuxException)
        {
            return false;
        }
    }

    /// <summary>This process's variables with some set over them.</summary>
    /// <param name="overrides">Those; a later one wins.</param>
    public static List<string> Merge(IReadOnlyList<KeyValuePair<string, string>> overrides)
    {
        List<string> merged = [];
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            string name = (string)variable.Key;
            if (!Contains(overrides, 0, name))
            {
                merged.Add($"{name}={variable.Value}");
            }
        }

        for (int i = 0; i < overrides.Count; i++)
        {
            if (!Contains(overrides, i + 1, overrides[i].Key))
            {
                merged.Add($"{overrides[i].Key}={overrides[i].Value}");
            }
        }

        return merged;
    }

    private static bool Contains(IReadOnlyList<KeyValuePair<string, string>> variables, int from, string name)
    {
        for (int i = from; i < variables.Count; i++)
        {
            if (variables[i].Key == name)
            {
                return true;
            }
        }

        return false;
    }

    // As wait(2) encodes it, in the words of the reference's error messages.
    private static string? Describe(int status)
    {
        int signal = status & 0x7f;
        if (signal == 0)
        {
            int code = (status >> 8) & 0xff;
            return code == 0 ? null : $"exit status {code}";
        }

        return signal switch
        {
            2 => "signal: interrupt",
            6 => "signal: aborted",
            9 => "signal: killed",
            11 => "signal: segmentation fault",
            15 => "signal: terminated",
            _ => $"signal: signal {signal}",
        };
    }
}
