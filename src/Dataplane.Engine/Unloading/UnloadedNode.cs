using Dataplane.Bpf;

namespace Dataplane.Engine;

/// <summary>What <see cref="NodeUnload"/> did.</summary>
/// <param name="Attached">Who is in the way; with one of them nothing was detached.</param>
/// <param name="WasThere">Whether there was anything of the node's.</param>
/// <param name="Uplinks">The devices that lost their programs.</param>
/// <param name="Pins">The pins that were removed.</param>
/// <param name="Records">The records, of containers that are gone, that were removed with what they left.</param>
public sealed record UnloadedNode(IReadOnlyList<AttachedContainer> Attached, bool WasThere, IReadOnlyList<string> Uplinks, PinCount Pins, int Records)
{
    /// <summary>Whether nothing of the node's is left.</summary>
    public bool IsUnloaded => Attached.Count == 0;
}
