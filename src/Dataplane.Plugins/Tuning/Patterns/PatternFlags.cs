namespace Dataplane.Plugins;

/// <summary>The flags of a pattern, (?imsU).</summary>
[Flags]
internal enum PatternFlags
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>i.</summary>
    IgnoresCase = 1,

    /// <summary>m: ^ and $ also at lines.</summary>
    Lines = 2,

    /// <summary>s: a dot is a line's end as well.</summary>
    DotIsAll = 4,

    /// <summary>U: which of several matches is taken; whether there is one is the same.</summary>
    Ungreedy = 8,
}
