namespace Dataplane.Bpf;

/// <summary>The kernel or libbpf refused an object.</summary>
/// <param name="message">One sentence with the last words of the log that mean something.</param>
/// <param name="errno">The error number, positive.</param>
/// <param name="log">All that libbpf and the verifier printed.</param>
public sealed class BpfLoadException(string message, int errno, string log) : Exception(message)
{
    /// <summary>The error number, positive.</summary>
    public int Errno { get; } = errno;

    /// <summary>All that libbpf and the verifier printed.</summary>
    public string Log { get; } = log;
}
