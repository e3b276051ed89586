namespace Dataplane.Benchmarks.Reporting;

/// <summary>Whose work a row measures.</summary>
public enum Side
{
    /// <summary>The reference plugins, as Debian packages them.</summary>
    Reference,

    /// <summary>Ours, as installed in artifacts/.</summary>
    Ours,

    /// <summary>What cannot be gone below: the same work of the kernel, asked for in one warm process.</summary>
    Floor,
}
