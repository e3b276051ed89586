namespace Dataplane.Abi;

/// <summary>
/// Where a packet is seen that no endpoint sends (<c>enum dp_nat_scope</c>); every other number is an endpoint's
/// interface index.
/// </summary>
public enum NatScope : uint
{
    /// <summary>As it comes in from outside, at any uplink.</summary>
    Uplink = 0,

    /// <summary>As the host itself sends it.</summary>
    Host = 0x7fffffff,
}
