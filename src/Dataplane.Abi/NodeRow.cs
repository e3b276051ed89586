using System.Runtime.InteropServices;

namespace Dataplane.Abi;

/// <summary>The one row of the map <c>node</c> (<c>struct dp_node</c>).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct NodeRow
{
    /// <summary>The <c>DP_ABI_VERSION</c> of the pinned programs; 0: they were never completely pinned.</summary>
    public uint Abi;

    /// <summary>The last generation given to an endpoint; raised under the node's lock.</summary>
    public uint Generation;

    /// <summary>The cookie of the host network namespace that this node is.</summary>
    public ulong NetnsCookie;

    /// <summary>
    /// Of the pinned programs: the SHA-256 of the objects' SHA-256s; the lowest bit of the last byte says that
    /// nf_conntrack's types were there at the load.
    /// </summary>
    public Bytes32 Build;

    /// <summary>The highest interface index that was looked at for the map <c>devices</c>.</summary>
    public uint Examined;

    /// <summary>Counts the changes of the map <c>host_ports</c>, see <see cref="NatRow.Mappings"/>.</summary>
    public uint Mappings;
}
