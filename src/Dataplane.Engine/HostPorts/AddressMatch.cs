using System.Net;

namespace Dataplane.Engine;

/// <summary>A condition on an address of a packet.</summary>
/// <param name="Address">The prefix's address; host bits do not count.</param>
/// <param name="PrefixLength">Its length in bits, of 32 or of 128.</param>
/// <param name="Negated">Whether it is met outside of the prefix.</param>
public sealed record AddressMatch(IPAddress Address, int PrefixLength, bool Negated);
