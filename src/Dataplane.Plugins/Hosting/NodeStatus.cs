using Dataplane.Cni;
using Dataplane.Engine;

namespace Dataplane.Plugins;

/// <summary>STATUS of a main plugin: whether this node could serve an ADD.</summary>
internal static class NodeStatus
{
    /// <summary>Throws what is missing.</summary>
    /// <exception cref="CniException"><see cref="CniErrorCode.PluginNotAvailable"/>, one sentence.</exception>
    public static void Check()
    {
        try
        {
            using Node node = Node.Open();
            node.VerifyReady();
        }
#pragma warning disable CA1031 // Whatever keeps the node from serving is the answer.
        catch (Exception e)
#pragma warning restore CA1031
        {
            throw new CniException(CniErrorCode.PluginNotAvailable, e.Message, e.InnerException?.Message ?? "", e);
        }
    }
}
