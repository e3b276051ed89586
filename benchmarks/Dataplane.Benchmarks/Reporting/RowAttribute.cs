namespace Dataplane.Benchmarks.Reporting;

/// <summary>What a benchmark method's row is compared as.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RowAttribute(Side side) : Attribute
{
    /// <summary>Whose work it is.</summary>
    public Side Side { get; } = side;

    /// <summary>What the method's median should at most be, in nanoseconds; 0: nothing was promised.</summary>
    public double AimNanoseconds { get; init; }

    /// <summary>What it should at least be, in its own unit; 0: nothing was promised.</summary>
    public double AimLeast { get; init; }

    /// <summary>What it should at most be, likewise.</summary>
    public double AimMost { get; init; }

    /// <summary>How many times faster than the reference it should be; 0: nothing was promised.</summary>
    public double AimRatio { get; init; }

    /// <summary>A category of the suite whose median of the same side this one is compared with.</summary>
    public string Than { get; init; } = string.Empty;

    /// <summary>How many times <see cref="Than"/>'s median this one should at most be; 0: nothing was promised.</summary>
    public double AimTimes { get; init; }
}
