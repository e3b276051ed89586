namespace Dataplane.Abi;

/// <summary>What a device of the node is (<c>enum dp_device_flag</c>).</summary>
[Flags]
public enum DeviceFlags : uint
{
    /// <summary>Looked at, and nothing of this.</summary>
    None = 0,

    /// <summary>Routes out of the node: the programs <c>to_uplink</c> and <c>from_uplink</c> run there.</summary>
    Uplink = 1 << 0,

    /// <summary>Its packets have no link-layer header.</summary>
    L3 = 1 << 1,

    /// <summary>Pods' addresses are on its link: never an uplink.</summary>
    Domain = 1 << 2,
}
