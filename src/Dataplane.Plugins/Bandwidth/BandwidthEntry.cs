using Dataplane.Cni;
using Dataplane.Engine;

namespace Dataplane.Plugins;

/// <summary>The limits as one object has them: the configuration itself, or what the runtime gives by the capability "bandwidth".</summary>
internal sealed class BandwidthEntry
{
    private const string IngressRate = "ingressRate";
    private const string IngressBurst = "ingressBurst";
    private const string EgressRate = "egressRate";
    private const string EgressBurst = "egressBurst";
    private const string UnshapedSubnets = "unshapedSubnets";
    private const string ShapedSubnets = "shapedSubnets";
    private const ulong BitsPerByte = 8;

    private BandwidthEntry(BandwidthLimit ingress, BandwidthLimit egress)
    {
        Ingress = ingress;
        Egress = egress;
    }

    /// <summary>Towards the container; rate 0 for no limit.</summary>
    public BandwidthLimit Ingress { get; }

    /// <summary>From the container; rate 0 for no limit.</summary>
    public BandwidthLimit Egress { get; }

    /// <summary>"unshapedSubnets" as it came.</summary>
    public IReadOnlyList<string> Unshaped { get; private init; } = [];

    /// <summary>"shapedSubnets" as it came.</summary>
    public IReadOnlyList<string> Shaped { get; private init; } = [];

    /// <summary>Whether the object has a rate or a burst, be it null or 0.</summary>
    public bool HasLimits { get; private init; }

    /// <summary>Whether the object has subnets.</summary>
    public bool HasSubnets => Unshaped.Count > 0 || Shaped.Count > 0;

    /// <summary>Reads it.</summary>
    /// <param name="given">The object.</param>
    /// <exception cref="CniException">A field has another type.</exception>
    public static BandwidthEntry Read(JsonView given) => new(
        new BandwidthLimit(given.GetUInt(IngressRate), given.GetUInt(IngressBurst)),
        new BandwidthLimit(given.GetUInt(EgressRate), given.GetUInt(EgressBurst)))
    {
        Unshaped = given.GetStrings(UnshapedSubnets) ?? [],
        Shaped = given.GetStrings(ShapedSubnets) ?? [],
        HasLimits = given.Has(IngressRate) || given.Has(IngressBurst) || given.Has(EgressRate) || given.Has(EgressBurst),
    };

    /// <summary>Throws for limits that are none.</summary>
    /// <exception cref="CniException">The reference's texts.</exception>
    public void Validate()
    {
        Validate(Ingress);
        Validate(Egress);
    }

    private static void Validate(BandwidthLimit limit)
    {
        if (limit is { Burst: 0, Rate: not 0 })
        {
            throw Wrong("if rate is set, burst must also be set");
        }

        if (limit is { Rate: 0, Burst: not 0 })
        {
            throw Wrong("if burst is set, rate must also be set");
        }

        if (limit.Burst / BitsPerByte >= uint.MaxValue)
        {
            throw Wrong("burst cannot be more than 4GB");
        }
    }

    private static CniException Wrong(string message) => new(CniErrorCode.Internal, message);
}
