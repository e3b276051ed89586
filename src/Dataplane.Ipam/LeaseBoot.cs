namespace Dataplane.Ipam;

/// <summary>Which boot the leases in a directory are from.</summary>
internal enum LeaseBoot
{
    /// <summary>This one.</summary>
    Current,

    /// <summary>Nobody knows: no use of the directory was ever recorded.</summary>
    Unknown,

    /// <summary>An earlier one, all of them: nobody touched the directory since it was last used.</summary>
    Earlier,

    /// <summary>What the index knows is from an earlier one, what it does not know was written since.</summary>
    Mixed,
}
