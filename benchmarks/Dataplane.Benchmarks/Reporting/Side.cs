namespace Dataplane.Benchmarks.Reporting;

/// <summary>Whose work a row measures.</summary>
public enum Side
{
    /// <summary>The reference plugins, as Debian packages them, with iptables as Debian sets it up (nf_tables).</summary>
    Reference,

    /// <summary>The same with iptables-legacy.</summary>
    ReferenceLegacy,

    /// <summary>Ours, as installed in artifacts/.</summary>
    Ours,

    /// <summary>Ours with "fastPath": "off": packets are translated by the programs, and carried by the stack.</summary>
    OursStack,

    /// <summary>What cannot be gone below: the same work of the kernel, asked for in one warm process.</summary>
    Floor,

    /// <summary>Nothing between two namespaces but a veth.</summary>
    Direct,
}
