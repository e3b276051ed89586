using Dataplane.Benchmarks.Reporting;

namespace Dataplane.Benchmarks.Beds;

/// <summary>The two beds that the suites about translation share: three hundred chains take minutes to make with the reference's plugins.</summary>
internal static class NatBeds
{
    private static NatBed? s_reference, s_ours;

    /// <summary>With the reference plugins.</summary>
    public static NatBed Reference => s_reference ??= Made(Side.Reference);

    /// <summary>With ours.</summary>
    public static NatBed Ours => s_ours ??= Made(Side.Ours);

    /// <summary>Removes both.</summary>
    public static void Dispose()
    {
        s_reference?.Dispose();
        s_ours?.Dispose();
    }

    private static NatBed Made(Side side)
    {
        var bed = new NatBed(side);
        bed.Setup();
        return bed;
    }
}
