using Dataplane.Cni;
using Dataplane.Engine;

namespace Dataplane.Plugins;

/// <summary>CHECK of the plugin "ptp".</summary>
internal static class PtpCheck
{
    /// <summary>Throws unless the attachment is as its ADD left it.</summary>
    public static void Run(Call call, CniRequest request, EndpointOptions options)
    {
        Translate.Errors(() => ContainerCheck.RequireNamespace(request.NetnsPath));
        call.Plugins.Check(request, request.Config.IpamType);
        CniResult result = Expectations.PrevResult(request, "ptp: ");
        ExpectedInterface container = Expectations.Container(request, result);
        Translate.Errors(() =>
        {
            using Node node = Node.Open();
            AttachmentCheck.Ptp(node, Translate.Id(request), request.NetnsPath, container, Translate.Plan(result), options);
        });
    }
}
