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
    /// <param name="code">What it means that they are not.</param>
    /// <exception cref="CniException">The code, one sentence.</exception>
    public static void Check(Action<Node> verify, CniErrorCode code = CniErrorCode.PluginNotAvailable) => Require(
        () =>
        {
            using Node node = Node.Open();
            verify(node);
        },
        code);

    /// <summary>Throws what keeps an ADD from being served, whatever it is.</summary>
    /// <param name="verify">Throws unless it could be.</param>
    /// <param name="code">What it means.</param>
    /// <exception cref="CniException">The code, one sentence.</exception>
    public static void Require(Action verify, CniErrorCode code = CniErrorCode.PluginNotAvailable)
    {
        try
        {
            verify();
        }
        catch (CniException e)
        {
            throw new CniException(code, e.Message, e.Details, e);
        }
#pragma warning disable CA1031 // Whatever keeps the node from serving is the answer.
        catch (Exception e)
#pragma warning restore CA1031
        {
            throw new CniException(code, e.Message, e.InnerException?.Message ?? "", e);
        }
    }

    /// <summary>Asks the plugin that this one delegates to. One that is not installed cannot be asked, and no ADD could be served.</summary>
    /// <param name="call">The call.</param>
    /// <param name="request">The call's request.</param>
    /// <param name="type">The other plugin.</param>
    /// <exception cref="CniException">Its own error, or <see cref="CniErrorCode.PluginNotAvailable"/>.</exception>
    public static void Delegate(Call call, CniRequest request, string type)
    {
        Require(() => _ = PluginDelegate.Find(type, request.Path));
        call.Plugins.Status(request, type);
    }
}
