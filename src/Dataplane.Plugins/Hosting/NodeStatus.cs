using Dataplane.Cni;
using Dataplane.Engine;

namespace Dataplane.Plugins;

/// <summary>STATUS of a main plugin: whether this node could serve an ADD.</summary>
internal static class NodeStatus
{
    /// <summary>Throws what is missing.</summary>
    /// <exception cref="CniException"><see cref="CniErrorCode.PluginNotAvailable"/>, one sentence.</exception>
    public static void Check() => Check(static node => node.VerifyReady());

    /// <summary>Throws what is missing for a plugin with needs of its own.</summary>
    /// <param name="verify">Throws unless they are met.</param>
    /// <exception cref="CniException"><see cref="CniErrorCode.PluginNotAvailable"/>, one sentence.</exception>
    public static void Check(Action<Node> verify)
    {
        try
        {
            using Node node = Node.Open();
            verify(node);
        }
#pragma warning disable CA1031 // Whatever keeps the node from serving is the answer.
        catch (Exception e)
#pragma warning restore CA1031
        {
            throw new CniException(CniErrorCode.PluginNotAvailable, e.Message, e.InnerException?.Message ?? "", e);
        }
    }
}
