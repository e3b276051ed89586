using Dataplane.Cli.Output;
using Dataplane.Cli.Rows;

namespace Dataplane.Cli.Readers;

/// <summary>Which connections were asked for.</summary>
/// <param name="Addresses">One of these on either side of either tuple; null: any.</param>
/// <param name="Kind">One of <see cref="NatKindNames"/>; null: any.</param>
/// <param name="State">One of <see cref="NatStateNames"/>; null: any.</param>
internal sealed record NatFilter(IReadOnlySet<string>? Addresses, string? Kind, string? State)
{
    /// <summary>Understands <paramref name="pod"/> as <see cref="PodSelector"/> does.</summary>
    /// <exception cref="CommandFailure">No endpoint, or more than one container, is meant.</exception>
    public static NatFilter Create(IReadOnlyList<EndpointRow> endpoints, string? pod, string? kind, string? state) =>
        new(PodSelector.Addresses(endpoints, pod), kind, state);

    /// <summary>Whether a connection was asked for.</summary>
    public bool Matches(NatConnection row) =>
        (Kind is null || row.Kind == Kind)
        && (State is null || row.State == State)
        && (Addresses is null || IsOf(row.Inside, Addresses) || IsOf(row.Outside, Addresses));

    private static bool IsOf(FlowTuple tuple, IReadOnlySet<string> addresses) => addresses.Contains(tuple.Source) || addresses.Contains(tuple.Destination);
}
