namespace Dataplane.Plugins;

/// <summary>What an instruction of a pattern does.</summary>
internal enum PatternOperation
{
    /// <summary>Takes a character of a set.</summary>
    Character,

    /// <summary>Goes on when a condition holds.</summary>
    Condition,

    /// <summary>Goes on at two places.</summary>
    Split,

    /// <summary>Goes on at another place.</summary>
    Jump,

    /// <summary>The end: it matches.</summary>
    Match,
}
