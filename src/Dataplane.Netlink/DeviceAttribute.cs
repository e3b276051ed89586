namespace Dataplane.Netlink;

/// <summary>A number that a kind of device takes at its creation.</summary>
/// <param name="Type">IFLA_…</param>
/// <param name="Value">The number.</param>
/// <param name="IsShort">It is one of 16 bits, else of 32.</param>
internal readonly record struct DeviceAttribute(ushort Type, uint Value, bool IsShort = false);
