namespace Dataplane.Cni;

/// <summary>How the run of a delegated plugin ended.</summary>
public sealed class PluginOutput
{
    /// <summary>Everything it wrote to standard output.</summary>
    public ReadOnlyMemory<byte> Stdout { get; init; }

    /// <summary>Everything it wrote to standard error.</summary>
    public ReadOnlyMemory<byte> Stderr { get; init; }

    /// <summary>
    /// Null when it exited with 0, else how it ended, in the words callers of plugins know: "exit status 1", "signal: killed",
    /// "fork/exec /opt/cni/bin/x: permission denied".
    /// </summary>
    public string? Failure { get; init; }

    /// <summary>It could not be started; <see cref="Failure"/> says why.</summary>
    public bool NotStarted { get; init; }

    /// <summary>
    /// It could not be started because its file is being written (ETXTBSY). <see cref="PluginDelegate"/> waits and runs it again.
    /// </summary>
    public bool IsTextFileBusy { get; init; }
}
