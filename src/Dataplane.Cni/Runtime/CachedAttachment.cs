namespace Dataplane.Cni.Runtime;

/// <summary>An attachment as the cache remembers it.</summary>
/// <param name="Network">The network's name.</param>
/// <param name="Attachment">What the runtime said when it was made.</param>
/// <param name="Config">The network's configuration at that time.</param>
public sealed record CachedAttachment(string Network, RuntimeAttachment Attachment, ReadOnlyMemory<byte> Config);
