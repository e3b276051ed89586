using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Dataplane.Abi;

/// <summary>
/// A key of the map <c>flows4</c> (<c>struct dp_flow4_key</c>). One entry serves both directions: side 0 is the one
/// with the lower address (then port), compared as bytes.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public struct Flow4Key
{
    /// <summary>The two sides' addresses.</summary>
    public Addresses Address;

    /// <summary>The two sides' ports in network byte order; ICMP echo: both are the identifier.</summary>
    public FlowPorts Port;

    /// <summary>The IP protocol number.</summary>
    public byte Protocol;

    /// <summary>Padding, zero.</summary>
    public Bytes3 Pad;

    /// <summary>One address a side.</summary>
    [InlineArray(2)]
    public struct Addresses
    {
        private Bytes4 _first;
    }
}
