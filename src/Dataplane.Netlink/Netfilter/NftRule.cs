using System.Net;

namespace Dataplane.Netlink.Netfilter;

/// <summary>What is looked at of a rule: where it is, where it leads, whose it says it is.</summary>
/// <param name="Chain">The chain it is in.</param>
/// <param name="Handle">Its number, never given twice in a table.</param>
/// <param name="Target">The chain it jumps or goes to; "" when it does neither.</param>
/// <param name="Comment">The comment nft(8) gave it; "" without one. iptables-nft's comments are matches, not these.</param>
public sealed record NftRule(string Chain, ulong Handle, string Target, string Comment)
{
    /// <summary>The one source that it is about; null: none, or several.</summary>
    public IPAddress? Source { get; init; }

    /// <summary>The one destination that it is about; null: none, or several.</summary>
    public IPAddress? Destination { get; init; }

    /// <summary>Whether it accepts what it matches.</summary>
    public bool Accepts { get; init; }
}
