using Dataplane.Cni;
using Dataplane.Engine;

namespace Dataplane.Plugins;

/// <summary>CHECK of the plugin "bridge".</summary>
internal static class BridgeCheck
{
    /// <summary>Throws unless the attachment is as its ADD left it.</summary>
    public static void Run(Call call, CniRequest request, BridgeRequest config)
    {
        Translate.Errors(() => ContainerCheck.RequireNamespace(request.NetnsPath));
        Expectations.CheckIpam(call, request);
        CniResult result = Expectations.PrevResult(request);
        ExpectedInterface container = Expectations.Container(request, result);
        ExpectedInterface? bridge = null;
        List<ExpectedInterface> hosts = [];
        foreach (CniInterface item in result.Interfaces)
        {
            if (item.Sandbox.Length == 0)
            {
                var expected = new ExpectedInterface(item.Name, item.Mac);
                if (item.Name == config.Bridge)
                {
                    bridge = expected;
                }
                else
                {
                    hosts.Add(expected);
                }
            }
        }

        if (bridge is null)
        {
            throw new CniException(CniErrorCode.Internal, $"CNI created bridge {config.Bridge} in host namespace was not found");
        }

        Translate.Errors(() =>
        {
            using Node node = Node.Open();
            AttachmentCheck.Bridge(node, config, bridge, container, hosts, Translate.Plan(result));
        });
    }
}
