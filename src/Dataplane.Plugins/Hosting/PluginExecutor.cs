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
            int status = ChildProcess.Run(binaryPath, ChildEnvironment.Merge(cniEnvironmentOverrides), stdin, out byte[] stdout, out byte[] stderr);
            return new PluginOutput { Stdout = stdout, Stderr = stderr, Failure = WaitStatus.Describe(status) };
        }
        catch (LinuxException e)
        {
            return new PluginOutput { Failure = $"fork/exec {binaryPath}: {Errno.Text(e.Errno)}", NotStarted = true, IsTextFileBusy = e.Errno == Errno.ETXTBSY };
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
}
