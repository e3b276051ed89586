using Dataplane.Benchmarks.Reporting;

namespace Dataplane.Benchmarks.Beds;

/// <summary>The nodes that suites share: hundreds of containers take long to attach.</summary>
internal static class NodeBeds
{
    private static readonly Dictionary<(Side Side, int Beside), NodeBed> s_beds = [];

    /// <summary>The node of a side, beside so many containers; made when it is first asked for.</summary>
    public static NodeBed Get(Side side, int beside)
    {
        if (!s_beds.TryGetValue((side, beside), out NodeBed? bed))
        {
            s_beds.Add((side, beside), bed = new NodeBed(side, beside));
        }

        return bed;
    }

    /// <summary>Removes all of them.</summary>
    public static void Dispose()
    {
        foreach (NodeBed bed in s_beds.Values)
        {
            bed.Dispose();
        }

        s_beds.Clear();
    }
}
