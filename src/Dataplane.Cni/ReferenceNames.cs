using System.Text;

namespace Dataplane.Cni;

/// <summary>
/// The names the reference plugins give to what they make on a node. Nothing here is made under them: DEL looks for them, so that a node
/// can be switched while containers run. All are made of SHA-512 in hexadecimal.
/// </summary>
public static class ReferenceNames
{
    /// <summary>The nat chain of an attachment with masquerade (bridge, ptp). It does not depend on the interface.</summary>
    /// <param name="network">The network's name.</param>
    /// <param name="containerId">The container.</param>
    public static string MasqueradeChain(string network, string containerId) => Cut("CNI-", network + containerId, 28);

    /// <summary>The nat chain with an attachment's DNAT rules (portmap).</summary>
    /// <param name="network">The network's name.</param>
    /// <param name="containerId">The container.</param>
    public static string PortmapDnatChain(string network, string containerId) => Cut("CNI-DN-", network + containerId, 28);

    /// <summary>The nat chain with an attachment's SNAT rules, of old versions of portmap.</summary>
    /// <param name="network">The network's name.</param>
    /// <param name="containerId">The container.</param>
    public static string PortmapSnatChain(string network, string containerId) => Cut("CNI-SN-", network + containerId, 28);

    /// <summary>The IFB device that limits what a container sends (bandwidth). It does not depend on the interface.</summary>
    /// <param name="network">The network's name.</param>
    /// <param name="containerId">The container.</param>
    public static string BandwidthDevice(string network, string containerId) => Cut("bwp", network + containerId, 15);

    /// <summary>What the comment of an attachment's nftables masquerade rules begins with: the network's and the attachment's hash.</summary>
    /// <param name="network">The network's name.</param>
    /// <param name="ifName">The interface inside the container.</param>
    /// <param name="containerId">The container.</param>
    public static string MasqueradeCommentPrefix(string network, string ifName, string containerId) =>
        $"{Cut("", network, 16)}-{Cut("", $"{ifName}:{containerId}", 16)}";

    /// <summary>The container id that cnitool makes up for a namespace.</summary>
    /// <param name="netnsPath">The absolute path.</param>
    public static string CniToolContainerId(string netnsPath) => Cut("cnitool-", netnsPath, 28);

    /// <summary>A prefix, filled up with the hash of a text.</summary>
    /// <param name="prefix">The prefix.</param>
    /// <param name="text">The text.</param>
    /// <param name="length">The name's length, at least the prefix's and at most 128 more.</param>
    private static string Cut(string prefix, string text, int length)
    {
        Span<byte> hash = stackalloc byte[Sha512.Size];
        Sha512.Hash(Encoding.UTF8.GetBytes(text), hash);
        return string.Concat(prefix, Convert.ToHexStringLower(hash).AsSpan(0, length - prefix.Length));
    }
}
