namespace Dataplane.Cli.Rows;

/// <summary>One pinned program.</summary>
internal sealed record ProgramRow
{
    /// <summary>"from_pod", "to_pod".</summary>
    public required string Name { get; init; }

    /// <summary>The kernel's program id.</summary>
    public required uint Id { get; init; }

    /// <summary>The kernel's hash of the instructions, 16 hex digits, as <c>bpftool</c> shows it.</summary>
    public required string Tag { get; init; }

    /// <summary>When it was loaded, UTC, to the second.</summary>
    public required DateTime LoadedAt { get; init; }

    /// <summary>Whether it is of the build inside this dpctl.</summary>
    public required bool ThisBuild { get; init; }

    /// <summary>Devices that carry it.</summary>
    public required int AttachedTo { get; init; }
}
