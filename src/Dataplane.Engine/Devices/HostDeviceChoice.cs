namespace Dataplane.Engine;

/// <summary>Which device of the host goes into the container: by the first of these that is not empty.</summary>
/// <param name="Device">Its name.</param>
/// <param name="HardwareAddress">Its hardware address.</param>
/// <param name="KernelPath">Its parent's directory below /sys/devices.</param>
/// <param name="PciAddress">Of its PCI device.</param>
/// <param name="Auxiliary">The name of its auxiliary device (scalable function).</param>
public sealed record HostDeviceChoice(string Device, string HardwareAddress, string KernelPath, string PciAddress, string Auxiliary);
