namespace Dataplane.Benchmarks.Beds;

/// <summary>Who calls.</summary>
internal enum Direction
{
    /// <summary>The pod calls the outside, masqueraded.</summary>
    Out,

    /// <summary>The outside calls the pod's port of the node.</summary>
    In,
}
