using Dataplane.Cni;
using Dataplane.Interop;

namespace Dataplane.CniTool;

/// <summary>Runs plugins with posix_spawn(3). A signal that ends this process is passed on to the one that runs.</summary>
internal sealed class ChildExecutor : IPluginExecutor
{
    /// <inheritdoc/>
    public PluginOutput Execute(string binaryPath, ReadOnlySpan<byte> stdin, IReadOnlyList<KeyValuePair<string, string>> cniEnvironmentOverrides)
    {
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
}
