namespace Dataplane.Abi;

/// <summary>Which sides of a flow are outside the node (<c>enum dp_flow_uplink</c>).</summary>
[Flags]
public enum FlowUplinks : byte
{
    /// <summary>Both sides are pods of the node.</summary>
    None = 0,

    /// <summary>Side 0 is behind an uplink.</summary>
    Uplink0 = 1 << 0,

    /// <summary>Side 1 is behind an uplink.</summary>
    Uplink1 = 1 << 1,

    /// <summary>The side outside knows it by another tuple, which the map <c>nat</c> has.</summary>
    Translated = 1 << 2,

    /// <summary>It knows it by a host port: outside began it.</summary>
    Mapped = 1 << 3,
}
