using Dataplane.Abi;

namespace Dataplane.Bpf.Tests.Model;

/// <summary>The two halves of a connection say the same of it.</summary>
internal static class Coherence
{
    /// <summary>Null, or what is wrong with an entry among all of them. One that has no other half is right: that may be lost.</summary>
    public static string? Wrong(NatKey key, NatRow row, IReadOnlyList<(NatKey Key, NatRow Row)> all)
    {
        if (row.From.Ifindex != key.Scope)
        {
            return $"sent by {row.From.Ifindex} in the scope of {key.Scope}";
        }
        foreach ((NatKey otherKey, NatRow other) in all)
        {
            bool place = Same(otherKey.Source, row.Destination) && Same(otherKey.Destination, row.Source) && otherKey.SourcePort == row.DestinationPort
                && otherKey.DestinationPort == row.SourcePort && otherKey.Protocol == key.Protocol && otherKey.Scope == row.To.Ifindex;
            if (!place)
            {
                continue;
            }
            bool half = Same(other.Source, key.Destination) && Same(other.Destination, key.Source) && other.SourcePort == key.DestinationPort
                && other.DestinationPort == key.SourcePort && other.To.Ifindex == key.Scope;
            if (!half)
            {
                return "somebody else's is at the place of its other half";
            }
            return other.Kind != row.Kind ? "two kinds"
                : other.Reply == row.Reply ? "two of the same direction"
                : other.State != row.State ? $"two states: {row.State}, {other.State}"
                : other.From.Generation != row.To.Generation || other.To.Generation != row.From.Generation ? "other endpoints"
                : null;
        }
        return null;
    }

    private static bool Same(Bytes16 a, Bytes16 b) => ((ReadOnlySpan<byte>)a).SequenceEqual(b);
}
