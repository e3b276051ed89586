using System.Text;
using Dataplane.Cni;

namespace Dataplane.Plugins.Tests;

/// <summary>A call of a plugin with some fields in its configuration.</summary>
internal static class PluginRequest
{
    public static CniRequest Of(string plugin, string fields, CniCommand command = CniCommand.Add, string args = "", string version = "1.0.0")
    {
        byte[] json = Encoding.UTF8.GetBytes($$"""{"cniVersion":"{{version}}","name":"net1","type":"{{plugin}}"{{(fields.Length > 0 ? "," : "")}}{{fields}}}""");
        return new CniRequest
        {
            Command = command,
            Config = NetworkConfig.Parse(json),
            Stdin = json,
            ContainerId = "c1",
            IfName = "eth0",
            NetnsPath = "/run/netns/none",
            Args = args,
            Path = "/opt/cni/bin",
        };
    }
}
