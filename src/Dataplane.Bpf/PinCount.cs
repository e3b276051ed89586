namespace Dataplane.Bpf;

/// <summary>How much is pinned for a node.</summary>
/// <param name="Programs">Programs.</param>
/// <param name="Maps">Maps.</param>
/// <param name="Links">Programs that a pinned link attaches: those of sockets, at the cgroup.</param>
public readonly record struct PinCount(int Programs, int Maps, int Links);
