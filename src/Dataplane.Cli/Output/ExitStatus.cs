namespace Dataplane.Cli.Output;

/// <summary>dpctl's exit statuses; docs/dpctl.md lists them, scripts rely on them.</summary>
internal static class ExitStatus
{
    /// <summary>The report was written.</summary>
    public const int Ok = 0;

    /// <summary>doctor found something broken, or a report failed half-way.</summary>
    public const int Broken = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>No container was ever attached on this node, so there is nothing to show.</summary>
    public const int NoNode = 3;

    /// <summary>Reading the node needs root (CAP_BPF, CAP_NET_ADMIN and access to bpffs).</summary>
    public const int NotPermitted = 4;
}
