namespace Dataplane.Plugins;

/// <summary>What has to hold between two characters.</summary>
internal enum PatternCondition
{
    /// <summary>\A, and ^ without the flag m.</summary>
    BeginText,

    /// <summary>\z, and $ without the flag m.</summary>
    EndText,

    /// <summary>^ with the flag m.</summary>
    BeginLine,

    /// <summary>$ with the flag m.</summary>
    EndLine,

    /// <summary>\b: of ASCII words.</summary>
    WordBoundary,

    /// <summary>\B.</summary>
    NoWordBoundary,
}
