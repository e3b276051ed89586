using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Dataplane.Abi;

/// <summary>A key of the map <c>flows6</c> (<c>struct dp_flow6_key</c>), ordered as <see cref="Flow4Key"/> is.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct Flow6Key
{
    /// <summary>The two sides' addresses.</summary>
    public Addresses Address;

    /// <summary>The two sides' ports in network byte order; ICMPv6 echo: both are the identifier.</summary>
    public FlowPorts Port;

    /// <summary>The IP protocol number.</summary>
    public byte Protocol;

    /// <summary>Padding, zero.</summary>
    public Bytes3 Pad;

    /// <summary>One address a side.</summary>
    [InlineArray(2)]
    public struct Addresses
    {
        private Bytes16 _first;
    }
}
