using System.Net;

namespace Dataplane.Engine;

/// <summary>A prefix of addresses.</summary>
/// <param name="Address">Its network address; host bits do not count.</param>
/// <param name="Length">Bits of it: up to 32, or 128.</param>
public readonly record struct AddressPrefix(IPAddress Address, int Length)
{
    /// <summary>"10.0.0.0/8".</summary>
    public override string ToString() => $"{Address}/{Length}";
}
