namespace Dataplane.Benchmarks.Reporting;

/// <summary>What a benchmark method's row is compared as.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RowAttribute(Side side) : Attribute
{
    /// <summary>Whose work it is.</summary>
    public Side Side { get; } = side;

    /// <summary>What the method's median should at most be, in nanoseconds; 0: nothing was promised.</summary>
    public double AimNanoseconds { get; init; }

    /// <summary>How many times faster than the reference it should be; 0: nothing was promised.</summary>
    public double AimRatio { get; init; }
}
