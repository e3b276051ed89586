using Dataplane.Abi;

namespace Dataplane.Engine;

/// <summary>The limits a container is to have, and where.</summary>
/// <param name="Id">The container's interface.</param>
/// <param name="NetnsPath">The container's namespace.</param>
/// <param name="Endpoint">The host end of its veth, and its generation.</param>
/// <param name="Ingress">What it may get, or null.</param>
/// <param name="Egress">What it may send, or null.</param>
/// <param name="Listed">What the peers in <paramref name="Peers"/> are: Unshaped, Shaped; None: limits are for everybody.</param>
/// <param name="Peers">The peers.</param>
/// <param name="Choice">The engine that is asked for.</param>
internal sealed record LimitPlan(
    AttachmentId Id, string NetnsPath, FlowSide Endpoint, BandwidthLimit? Ingress, BandwidthLimit? Egress, LimitFlags Listed,
    IReadOnlyList<AddressPrefix> Peers, ShaperChoice Choice)
{
    /// <summary>Interface index of the host end.</summary>
    public int IfIndex => (int)Endpoint.Ifindex;

    /// <summary>Whether the limits are not for everybody.</summary>
    public bool BySubnet => Listed != LimitFlags.None;

    /// <summary>The limit of a direction, or null.</summary>
    public BandwidthLimit? Of(LimitDirection direction) => direction == LimitDirection.Ingress ? Ingress : Egress;

    /// <summary>The flags of a limit's row.</summary>
    public LimitFlags RowFlags(Shaper shaper) => Listed | (shaper == Shaper.Edt ? LimitFlags.Edt : 0);

    /// <summary>Whether a program has something to decide: when packets leave, or which ones are limited.</summary>
    public bool NeedsProgram(Shaper shaper) => BySubnet || shaper == Shaper.Edt;

    /// <summary>The flags of the endpoint that limits have to do with.</summary>
    public EndpointFlags EndpointFlags(Shaper shaper) =>
        (Ingress is null ? 0 : Abi.EndpointFlags.Queued | (NeedsProgram(shaper) ? Abi.EndpointFlags.Limit : 0))
        | (Egress is null ? 0 : Abi.EndpointFlags.Guard);

    /// <summary>What an ADD asks for.</summary>
    public static LimitPlan Of(BandwidthRequest request, FlowSide endpoint) => new(
        request.Id, request.NetnsPath, endpoint, request.Ingress, request.Egress,
        request.Shaped.Count > 0 ? LimitFlags.Shaped : request.Unshaped.Count > 0 ? LimitFlags.Unshaped : LimitFlags.None,
        request.Shaped.Count > 0 ? request.Shaped : request.Unshaped, request.Shaper);

    /// <summary>What a record says that there is; null: no limit was ever written.</summary>
    public static LimitPlan? Of(AttachmentRecord record)
    {
        if (record.Find(StepKind.Limit) is not { } step)
        {
            return null;
        }

        (LimitFlags listed, List<AddressPrefix> peers) = LimitSteps.Subnets(record);
        return new LimitPlan(
            record.Id, record.NetnsPath, new FlowSide { Ifindex = (uint)step.Index, Generation = step.Generation },
            LimitSteps.Current(record, LimitDirection.Ingress), LimitSteps.Current(record, LimitDirection.Egress), listed, peers, step.Shaper);
    }
}
