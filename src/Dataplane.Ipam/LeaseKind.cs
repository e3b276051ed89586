namespace Dataplane.Ipam;

/// <summary>What a lease file holds.</summary>
internal enum LeaseKind
{
    /// <summary>There is no file.</summary>
    Absent,

    /// <summary>The rest of a write that a crash interrupted: the address is free.</summary>
    Torn,

    /// <summary>A container's lease.</summary>
    Owned,

    /// <summary>Something else, left alone: the address is taken and nobody gives it up.</summary>
    Foreign,
}
