using Dataplane.Benchmarks.Reporting;

namespace Dataplane.Benchmarks.Beds;

/// <summary>
/// A node at work: an uplink, an outside behind it, containers that stay, and among them two that are for measurements: one with host ports, attached after half of
/// the others, since iptables asks one container's rules after the other and the middle is what a packet finds on the average; and a neighbour of it.
/// </summary>
internal sealed class NodeBed : IDisposable
{
    /// <param name="side">Whose plugins.</param>
    /// <param name="beside">How many others.</param>
    /// <param name="isApart">Whether the others have bridges of their own.</param>
    public NodeBed(Side side, int beside, bool isApart = false)
    {
        Bed = new Bed(side);
        Outside = Bed.AddOutside();
        Pod = Bed.Add("pod");
        Neighbour = Bed.Add("neighbour");
        Free = Bed.Add("free");
        var others = new Neighbours(Bed, isApart ? 1 : 0);
        others.AddUpTo(beside / 2);
        var pod = new Chain(Bed, ChainKind.Mapped, "measured", Pod, "eth0", [.. Traffic.Mappings]);
        pod.Add();
        PodAddress = pod.Address;
        new Chain(Bed, ChainKind.Masqueraded, "neighbour", Neighbour, "eth0").Add();
        others.AddUpTo(beside);
    }

    public Bed Bed { get; }

    /// <summary>The namespace behind the uplink.</summary>
    public string Outside { get; }

    /// <summary>The namespace of the container with host ports.</summary>
    public string Pod { get; }

    /// <summary>Its address.</summary>
    public string PodAddress { get; }

    /// <summary>A container's namespace on the same bridge.</summary>
    public string Neighbour { get; }

    /// <summary>A namespace for a container that comes and goes.</summary>
    public string Free { get; }

    public void Dispose() => Bed.Dispose();
}
