namespace Dataplane.Engine;

/// <summary>Which device a container's device sits on.</summary>
/// <param name="Name">Its name; empty: the device of the default route.</param>
/// <param name="InContainer">It is the container's, not the host's.</param>
public sealed record MasterChoice(string Name, bool InContainer);
