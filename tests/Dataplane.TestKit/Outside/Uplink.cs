using System.Net;

namespace Dataplane.TestKit;

/// <summary>A device by which a node reaches what is outside, with the node's and the router's address in both families.</summary>
/// <param name="Device">the node's device</param>
/// <param name="Node4">the node's own address on it</param>
/// <param name="Node6">the node's own address on it</param>
/// <param name="Router4">the next hop</param>
/// <param name="Router6">the next hop</param>
public sealed record Uplink(string Device, IPAddress Node4, IPAddress Node6, IPAddress Router4, IPAddress Router6)
{
    /// <summary>The node's address of a family.</summary>
    public IPAddress Node(bool v6) => v6 ? Node6 : Node4;

    /// <summary>The next hop of a family.</summary>
    public IPAddress Router(bool v6) => v6 ? Router6 : Router4;
}
