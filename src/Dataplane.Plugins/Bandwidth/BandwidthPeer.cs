using System.Globalization;
using Dataplane.Cni;
using Dataplane.Engine;
using Dataplane.Interop;
using Dataplane.Netlink;

namespace Dataplane.Plugins;

/// <summary>The host end of the container's veth, which the main plugin's result must name.</summary>
internal static class BandwidthPeer
{
    private const string Veth = "veth";

    /// <summary>Throws unless the interface is a veth whose other end is on this host and in the result.</summary>
    /// <param name="node">The node.</param>
    /// <param name="request">The call.</param>
    /// <param name="result">The previous result.</param>
    /// <exception cref="CniException">The reference's texts.</exception>
    public static void Require(Node node, CniRequest request, CniResult result)
    {
        using NetworkNamespace pod = Open(request.NetnsPath);
        if (result.Interfaces.Count == 0)
        {
            throw Wrong("no interfaces provided");
        }

        int index = PeerIndex(pod, request.IfName);
        LinkInfo host = node.Rtnl.FindLink(index)
            ?? throw Wrong(string.Create(CultureInfo.InvariantCulture, $"veth peer with index {index} is not in host ns"));
        foreach (CniInterface item in result.Interfaces)
        {
            if (item.Sandbox.Length == 0 && item.Name == host.Name)
            {
                return;
            }
        }

        throw Wrong("no veth peer of container interface found in host ns");
    }

    private static int PeerIndex(NetworkNamespace pod, string name)
    {
        using RtnlSocket inside = RtnlSocket.Open(pod);
        LinkInfo link = inside.FindLink(name) ?? throw NoPeer(name, $"could not look up \"{name}\": Link not found");
        return link is { Kind: Veth, PeerIndex: > 0 } ? link.PeerIndex : throw NoPeer(name, $"interface \"{name}\" was not a veth interface");
    }

    private static NetworkNamespace Open(string path)
    {
        try
        {
            return NetworkNamespace.Open(path);
        }
        catch (LinuxException e)
        {
            string reason = e.Operation == "statfs" ? $"failed to Statfs \"{path}\"" : $"open {path}";
            throw new CniException(CniErrorCode.Internal, $"failed to open netns \"{path}\": {reason}: {Errno.Text(e.Errno)}", "", e);
        }
        catch (NotANamespaceException e)
        {
            throw new CniException(CniErrorCode.Internal, $"failed to open netns \"{path}\": {e.Message}", "", e);
        }
    }

    private static CniException NoPeer(string name, string why) => Wrong($"container interface {name} has no veth peer: {why}");

    private static CniException Wrong(string message) => new(CniErrorCode.Internal, message);
}
