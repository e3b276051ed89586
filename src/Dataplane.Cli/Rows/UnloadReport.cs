namespace Dataplane.Cli.Rows;

/// <summary>What <c>dpctl unload</c> did.</summary>
internal sealed record UnloadReport
{
    /// <summary>The network namespace's cookie.</summary>
    public required ulong Node { get; init; }

    /// <summary>Whether there was anything to unload.</summary>
    public required bool Present { get; init; }

    /// <summary>Whether nothing is left; false: somebody is attached.</summary>
    public required bool Unloaded { get; init; }

    /// <summary>Who is attached.</summary>
    public required IReadOnlyList<AttachedRow> Attached { get; init; }

    /// <summary>Devices that lost their programs.</summary>
    public required IReadOnlyList<string> Uplinks { get; init; }

    /// <summary>Programs that were taken from the cgroup.</summary>
    public required int SocketPrograms { get; init; }

    /// <summary>Pinned programs that were removed.</summary>
    public required int Programs { get; init; }

    /// <summary>Pinned maps that were removed.</summary>
    public required int Maps { get; init; }

    /// <summary>Records of containers that were gone.</summary>
    public required int Records { get; init; }

    /// <summary>Where the pins were.</summary>
    public required string PinDirectory { get; init; }

    /// <summary>Where records and locks were.</summary>
    public required string RunDirectory { get; init; }
}
