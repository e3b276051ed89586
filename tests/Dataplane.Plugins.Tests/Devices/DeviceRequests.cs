using System.Text;
using Dataplane.Cni;

namespace Dataplane.Plugins.Tests.Devices;

/// <summary>Calls of the plugins of one device, of a configuration's fields.</summary>
internal static class DeviceRequests
{
    /// <summary>An ADD, or another call.</summary>
    public static CniRequest Of(string plugin, string fields, string args = "", CniCommand command = CniCommand.Add)
    {
        string json = $$"""{"cniVersion":"1.0.0","name":"n","type":"{{plugin}}"{{(fields.Length > 0 ? "," : "")}}{{fields}}}""";
        return new CniRequest
        {
            Command = command,
            Config = NetworkConfig.Parse(Encoding.UTF8.GetBytes(json)),
            ContainerId = "c",
            IfName = "eth0",
            NetnsPath = "/run/netns/none",
            Args = args,
        };
    }

    /// <summary>What a plugin makes of it.</summary>
    public static DeviceConfig Parse(this DevicePlugin plugin, string fields, string args = "", CniCommand command = CniCommand.Add)
    {
        CniRequest request = Of(plugin.Name, fields, args, command);
        return plugin.Parse(request, request.Config.Root);
    }
}
