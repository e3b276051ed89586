namespace Dataplane.Bpf.Tests.Bed;

/// <summary>TC_ACT_*.</summary>
public enum Verdict
{
    Pass = -1,
    Drop = 2,
    Redirect = 7,
}

/// <summary>What a program did with a frame.</summary>
public sealed record Outcome(Verdict Verdict, byte[] Frame, string Counters, uint Nanoseconds)
{
    /// <summary>What it left beside the bytes.</summary>
    public SkbContext Context { get; init; }
}
