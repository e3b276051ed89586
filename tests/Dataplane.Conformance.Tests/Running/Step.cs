namespace Dataplane.Conformance.Tests;

/// <summary>Who acts in a step.</summary>
public enum StepKind
{
    Plugin,
    Host,
    Pod,
    File,
}

/// <summary>One step of a case: a plugin call, or what somebody else does in between.</summary>
public sealed record Step(StepKind Kind, string? Command)
{
    public string? Id { get; init; } = "c1";

    /// <summary>The pod whose namespace is CNI_NETNS, from 1; null: no namespace is given.</summary>
    public int? Pod { get; init; } = 1;

    /// <summary>CNI_NETNS instead of a pod's.</summary>
    public string? Netns { get; init; }

    public string? IfName { get; init; } = "eth0";

    public string? Args { get; init; }

    /// <summary>Instead of the case's configuration.</summary>
    public string? Config { get; init; }

    /// <summary>Instead of the case's plugin.</summary>
    public string? Plugin { get; init; }

    /// <summary>CNI_PATH; $OURS and $REFERENCE are the two directories; null: the directory under test.</summary>
    public string? Path { get; init; }

    public bool WithoutPath { get; init; }

    /// <summary>Do not hand the result of ADD to CHECK and DEL.</summary>
    public bool WithoutPrevResult { get; init; }

    /// <summary>The plugin is not the first of its chain: the result of the ADD before it is its prevResult.</summary>
    public bool IsChained { get; init; }

    /// <summary>CNI_NETNS_OVERRIDE and the like.</summary>
    public IReadOnlyDictionary<string, string> Extra { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>Null: the call succeeds.</summary>
    public uint? ErrorCode { get; init; }

    public string? ErrorText { get; init; }

    /// <summary>Our failing ADD undoes what it did; the reference leaves it to DEL, so that the states are not compared.</summary>
    public bool LeavesNothing { get; init; }

    public IReadOnlyList<(string Path, string? Value)> Expected { get; init; } = [];

    public override string ToString() => Kind switch
    {
        StepKind.Plugin => $"{Command ?? "(no command)"} {Id} {IfName}{(Pod is { } pod ? $" in pod{pod}" : "")}",
        _ => $"{Kind.ToString().ToLowerInvariant()}: {Command}",
    };
}
