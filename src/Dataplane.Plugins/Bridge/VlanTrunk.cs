using Dataplane.Cni;

namespace Dataplane.Plugins;

/// <summary>The field vlanTrunk: VLANs by id and by range.</summary>
internal static class VlanTrunk
{
    private const int MinId = 1;
    private const int MaxId = 4094;

    /// <summary>Every VLAN of the list once, ascending; null when there is no list.</summary>
    /// <param name="root">The configuration.</param>
    /// <exception cref="CniException">The reference's texts.</exception>
    public static IReadOnlyList<int>? Parse(JsonView root)
    {
        if (root.GetObjects("vlanTrunk") is not { } items)
        {
            return null;
        }

        var vlans = new SortedSet<int>();
        foreach (JsonView item in items)
        {
            int? min = item.GetNullableInt32("minID"), max = item.GetNullableInt32("maxID"), id = item.GetNullableInt32("id");
            if (min is { } low && max is { } high)
            {
                Validate(low, "minID");
                Validate(high, "maxID");
                if (low > high)
                {
                    throw Wrong("minID is greater than maxID in trunk parameter");
                }

                for (int vlan = low; vlan <= high; vlan++)
                {
                    vlans.Add(vlan);
                }
            }
            else if (min is not null || max is not null)
            {
                throw Wrong($"minID and maxID should be configured simultaneously, {(min is null ? "minID" : "maxID")} is missing");
            }

            if (id is { } single)
            {
                Validate(single, "id");
                vlans.Add(single);
            }
        }

        return [.. vlans];
    }

    private static void Validate(int vlan, string parameter)
    {
        if (vlan is < MinId or > MaxId)
        {
            throw Wrong($"incorrect trunk {parameter} parameter");
        }
    }

    private static CniException Wrong(string message) => new(CniErrorCode.Internal, message);
}
