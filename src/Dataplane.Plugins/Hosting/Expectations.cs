using Dataplane.Cni;
using Dataplane.Engine;

namespace Dataplane.Plugins;

/// <summary>What a CHECK takes from the result of the ADD.</summary>
internal static class Expectations
{
    /// <summary>The previous result.</summary>
    /// <param name="request">The call.</param>
    /// <param name="prefix">Before the text.</param>
    /// <exception cref="CniException">"Required prevResult missing".</exception>
    public static CniResult PrevResult(CniRequest request, string prefix = "") =>
        request.Config.PrevResult ?? throw new CniException(CniErrorCode.Internal, $"{prefix}Required prevResult missing");

    /// <summary>The container's interface; an empty one when the result has none.</summary>
    /// <param name="request">The call.</param>
    /// <param name="result">The previous result.</param>
    public static ExpectedInterface Container(CniRequest request, CniResult result)
    {
        foreach (CniInterface item in result.Interfaces)
        {
            if (item.Name == request.IfName && item.Sandbox == request.NetnsPath)
            {
                return new ExpectedInterface(item.Name, item.Mac);
            }
        }

        string sandbox = "";
        foreach (CniInterface item in result.Interfaces)
        {
            sandbox = item.Name == request.IfName ? item.Sandbox : sandbox;
        }

        throw new CniException(CniErrorCode.Internal, $"Sandbox in prevResult {sandbox} doesn't match configured netns: {request.NetnsPath}");
    }

    /// <summary>Asks the IPAM plugin, if there is one.</summary>
    /// <param name="call">The call.</param>
    /// <param name="request">The call's request.</param>
    public static void CheckIpam(Call call, CniRequest request)
    {
        if (request.Config.IpamType.Length > 0)
        {
            call.Plugins.Check(request, request.Config.IpamType);
        }
    }
}
