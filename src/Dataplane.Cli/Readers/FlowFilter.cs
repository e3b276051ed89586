using Dataplane.Cli.Output;
using Dataplane.Cli.Rows;

namespace Dataplane.Cli.Readers;

/// <summary>Which flows were asked for.</summary>
/// <param name="Addresses">One of these on either side; null: any.</param>
/// <param name="State">One of <see cref="FlowStateNames"/>; null: any.</param>
internal sealed record FlowFilter(IReadOnlySet<string>? Addresses, string? State)
{
    /// <summary>
    /// Understands <paramref name="pod"/> as an address, else as the veth or the container of an endpoint.
    /// </summary>
    /// <exception cref="CommandFailure">No endpoint, or more than one container, is meant.</exception>
    public static FlowFilter Create(IReadOnlyList<EndpointRow> endpoints, string? pod, string? state) =>
        new(PodSelector.Addresses(endpoints, pod), state);

    /// <summary>Whether a flow was asked for.</summary>
    public bool Matches(FlowRow row) =>
        (State is null || row.State == State)
        && (Addresses is null || Addresses.Contains(row.Original.Source) || Addresses.Contains(row.Original.Destination));
}
