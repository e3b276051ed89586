using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>What was made: the interface of the plugin's result.</summary>
/// <param name="Mac">Of the container's interface.</param>
public sealed record DeviceAttachment(MacAddress Mac);
