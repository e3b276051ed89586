namespace Dataplane.Benchmarks;

/// <summary>What bench.sh ends with.</summary>
internal static class ExitStatus
{
    /// <summary>All finished; wall times may have changed.</summary>
    public const int Ok = 0;

    /// <summary>A benchmark failed, or a gate does not hold.</summary>
    public const int Failed = 1;

    /// <summary>A wrong command line, or a file that cannot be used.</summary>
    public const int Usage = 2;
}
