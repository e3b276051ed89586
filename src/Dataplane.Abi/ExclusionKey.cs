using System.Runtime.InteropServices;

namespace Dataplane.Abi;

/// <summary>
/// A key of the map <c>exclusions</c> (<c>struct dp_exclusion_key</c>): a prefix that an endpoint is not masqueraded
/// to. The longest match decides.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public struct ExclusionKey
{
    /// <summary>Bits of what follows that count: 32 plus those of the prefix; an IPv4 prefix has 96 more.</summary>
    public uint PrefixLength;

    /// <summary>Interface index of the host end of the endpoint's veth.</summary>
    public uint Ifindex;

    /// <summary>IPv6, or IPv4-mapped (<c>::ffff:a.b.c.d</c>), in network byte order.</summary>
    public Bytes16 Address;
}
