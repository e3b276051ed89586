namespace Dataplane.Bpf.Tests.Model;

/// <summary>What may become of a packet.</summary>
public abstract record Expectation
{
    /// <summary>It passes as it is.</summary>
    public sealed record Untouched : Expectation;

    /// <summary>It goes on as this, to the pod with this interface index (0: to the wire).</summary>
    public sealed record Becomes(FiveTuple Tuple, uint Pod) : Expectation;

    /// <summary>A new connection: it goes on as <see cref="Tuple"/> with any source port of <see cref="Ports"/>; dropped when there is none.</summary>
    public sealed record Chooses(FiveTuple Tuple, uint Pod, IReadOnlyCollection<ushort> Ports, Action<ushort> Chosen) : Expectation
    {
        /// <summary>It may also be dropped as an answer to a host port's client of whom the flow, but no half, is left.</summary>
        public bool MayBeLost { get; init; }
    }
}
