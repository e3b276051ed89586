namespace Dataplane.Plugins;

/// <summary>One instruction of a pattern.</summary>
/// <param name="Operation">What it does.</param>
internal sealed record PatternInstruction(PatternOperation Operation)
{
    /// <summary>Of a character.</summary>
    public CharacterSet? Set { get; init; }

    /// <summary>Of a condition.</summary>
    public PatternCondition Condition { get; init; }

    /// <summary>Of a split or jump: where it goes on.</summary>
    public int Target { get; set; }

    /// <summary>Of a split: the other place.</summary>
    public int Other { get; set; }
}
